/** Models as files, in formats that others read: safetensors, NumPy's npz, ONNX. */
package io.sparsestream.model;
