/**
 * Networks through libtorch: the only place that knows the binding (org.bytedeco.pytorch).
 *
 * <p>The central type is {@link dev.lockstep.torch.NetworkModel}: a model that is a list of {@link
 * dev.lockstep.torch.Layer}s. The flow:
 *
 * <pre>
 * run file -> Mlp, Network .. -> layers               descriptions: hyperparameters, no native memory
 * layers -> Plan              shapes inferred layer by layer, tensors laid out in one flat vector
 * Plan -> NetworkReplica      the flat vector and its gradient in native memory, tensors as views of it
 * batch -> forward -> Loss (in Java, as for linear models) -> backward -> the flat gradient
 * </pre>
 *
 * <p>Descriptions never mention the binding's types, so that they are read, checked and rendered
 * where its jar is not present; {@link dev.lockstep.torch.Libtorch} tells whether it is.
 *
 * <p>Rows may be ids of tokens ({@link dev.lockstep.data.Schema#vocabulary}): an embedding comes
 * first, {@link dev.lockstep.torch.Lengths} tells later layers which steps are padding.
 *
 * <p>A layer's running statistics are {@link dev.lockstep.torch.Weight}s of the role of a buffer
 * ({@link dev.lockstep.torch.Buffers}). Settings that networks of every kind share (freeze,
 * micro_batch, device) are in {@link dev.lockstep.torch.Regimen}, a model around the network's own
 * record.
 *
 * <p>With the loss {@code next_token} a network is a language model: rows are windows of a text,
 * each step has scores of the token that follows ({@link dev.lockstep.torch.LanguageReplica}), and
 * all layers must be {@link dev.lockstep.torch.Layer#causal}. {@link dev.lockstep.torch.Generator}
 * continues texts.
 *
 * <p>To add a layer: a record that is a {@link dev.lockstep.torch.Layer}, its {@link
 * dev.lockstep.torch.Operation}, and a line in {@link dev.lockstep.torch.Layers}. To add a kind of
 * network: a record that is a {@link dev.lockstep.torch.NetworkModel} and a line in {@link
 * dev.lockstep.torch.Networks}.
 */
package dev.lockstep.torch;
