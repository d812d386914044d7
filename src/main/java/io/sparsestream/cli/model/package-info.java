/** Commands for published models and model files: evaluate, compare, export, import, watch. */
package io.sparsestream.cli.model;
