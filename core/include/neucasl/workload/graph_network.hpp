#pragma once

#include <memory>
#include <span>
#include <string>

#include "neucasl/network/network.hpp"
#include "neucasl/workload/segmented_network.hpp"

/// \file
/// Networks of one segment, and the hash that names the structure of a network.

namespace neucasl::workload {

/// The network as one graph of Conv, Gemm, Relu and MaxPool on samples x channels x height x width.
/// Nodes and matrix layers have the names of the layers; a Conv holds its weight as outputs x
/// channels x kernel x kernel, a Gemm as depth x outputs with the depth in channel-first order of
/// the tensor that it reads. Scores as `network::run` up to the rounding of float sums (in the HWC
/// order of the last layer's output).
/// \throws base::Error "network.shape" as `Network::shapes`.
NEUCASL_EXPORT std::unique_ptr<SegmentedNetwork> segmented(const network::Network& network);

/// A graph of one input and one output, whose input has a declared type, as one segment of as many
/// samples as the first size of its input. What follows from stored values alone is computed and
/// stored. Matrix layers are named as their nodes, without a name "<operator><node>"; a name that
/// is not unique gets "_2", "_3", ....
/// \throws base::Error "onnx.graph" for another number of inputs or outputs or no matrix layer;
/// "onnx.dynamic-shape" for an input without a type or dimensions; as `infer_shapes`.
NEUCASL_EXPORT std::unique_ptr<SegmentedNetwork> segmented(OperatorGraph graph);

/// The matrix layers of a segment's graph for `samples` samples, named as
/// OperatorGraph::node_names. \throws base::Error as `infer_shapes`.
NEUCASL_EXPORT std::vector<MatrixLayer> matrix_layers_of(const OperatorGraph& graph,
                                                         std::size_t segment, std::size_t samples);

/// `count` images, stored height x width x channels one after the other, as a tensor of samples x
/// channels x height x width.
/// \throws base::Error "network.size" when the number of values does not fit.
NEUCASL_EXPORT Tensor image_samples(const network::Shape& shape, std::span<const float> images,
                                    std::size_t count);

}  // namespace neucasl::workload
