/**
 * Learning as a Kafka Streams topology. Three modes, each with a topology of its own: {@code single} learns one model in one
 * task, {@code rounds} one model in several replicas, {@code keyed} a model for each key. This package has what their
 * tasks share. Nothing here knows a BLAS, a page or a command.
 *
 * <p><b>An image</b> comes to the processor as a record. The task compares its offset with the position it has reached,
 * decodes it or sets it aside as a dead letter ({@link io.sparsestream.stream.Output}), and adds it to the images that wait.
 * When a mini-batch is full, the training thread decodes its bytes, makes the step and keeps the reconstructions. The stream
 * thread emits them, and stores in the same transaction how far it has come.
 *
 * <p><b>A control record</b> comes to the same processor. The task waits until no step is under way, lets the learner
 * obey, writes a checkpoint, and answers on {@code control-results}. {@link io.sparsestream.stream.Hearing} keeps the offset
 * up to which the model has heard.
 *
 * <p><b>A checkpoint</b> is written at the boundary of a mini-batch, every few seconds: weights, moments, counters and the
 * {@linkplain io.sparsestream.stream.LogPosition position} in the log with count and checksum of the images so far. It goes to
 * the task's store, hence to its changelog topic, in the transaction of the offsets; a copy without the moments goes to
 * the topic {@code model.<model>}.
 *
 * <p><b>A task</b> goes through these states:
 *
 * <pre>
 *   restoring   Kafka Streams fills the store from the changelog
 *   replaying   the {@linkplain io.sparsestream.stream.Gap gap} behind the checkpoint is read and trained on again, not emitted
 *   training    images come, steps are made and emitted
 *   paused      told so by a control record: images wait, and above a limit no more are fetched
 *   waiting     only a replica: it has sent its update and waits for the averager's answer
 * </pre>
 */
package io.sparsestream.stream;
