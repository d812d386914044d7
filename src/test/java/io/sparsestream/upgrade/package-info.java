/**
 * What earlier versions have written is gone on with, bit for bit: directories that an earlier commit left when it was
 * killed, and what that same commit made of them when it went on.
 */
package io.sparsestream.upgrade;
