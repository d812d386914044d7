/** What is shown over HTTP, to this machine only. */
package io.sparsestream.web;
