#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "neucasl/workload/workload.hpp"

/// \file
/// Published networks as workloads: shapes only, so that the largest costs some kilobytes.

namespace neucasl::workload {

struct TopologyOptions {
  /// Image networks: the input image; default: that of the source of each.
  std::optional<network::Shape> input;
  /// Image networks: outputs of the last layer; default: that of the source of each.
  std::optional<std::size_t> classes;
  /// Batch normalisation as part of the convolution before it, which gets a bias instead of the
  /// normalisation's scale and shift (one number less for each channel).
  bool fold_batch_normalisation = false;
  /// Transformers: tokens computed in one run. Default: 128.
  std::optional<std::size_t> sequence;
  /// Decoders (OPT): earlier tokens whose keys and values are kept; sequence = 1 with cached = n is
  /// the generation of token n + 1.
  std::size_t cached = 0;
};

/// What `named` knows, in the order of size within each family:
/// - "lenet5", "vgg8", "vgg16": as network::lenet5, vgg8 (32 x 32 x 3, 10 classes) and vgg16.
/// - "vgg11": configuration A of table 1 of K. Simonyan and A. Zisserman, ICLR 2015.
/// - "alexnet": one column, table of A. Krizhevsky, "One weird trick for parallelizing
///   convolutional neural networks", arXiv:1404.5997, as torchvision has it.
/// - "alexnet_grouped": two groups in convolutions 2, 4 and 5 and local response normalisation,
///   227 x 227 input (A. Krizhevsky et al., NIPS 2012).
/// - "resnet18": table 1 of K. He et al., CVPR 2016; shortcuts by 1 x 1 convolution where the shape
///   changes, no bias in convolutions.
/// - "mobilenet_v2": table 2 of M. Sandler et al., CVPR 2018, width 1.
/// - "bert_base": J. Devlin et al., NAACL 2019: 12 layers of 768, 30,522 tokens, with the pooler
///   and without a head.
/// - "opt_125m", "opt_350m", "opt_1.3b", "opt_2.7b": table 1 of S. Zhang et al., arXiv:2205.01068;
///   50,272 tokens, the output projection shares the embedding table. The 350M has embeddings of
///   512 with projections, and normalises behind each block.
NEUCASL_EXPORT std::vector<std::string> topology_names();

/// A published network. Attention counts all pairs of tokens, as arrays that do not skip masked
/// pairs compute them; scaling and mask belong to the softmax operation.
/// \throws base::Error "workload.name" for an unknown name, with the known ones;
/// "workload.options" for an option that the network has no use for, or out of range (a sequence of
/// 0, more tokens than positions); "workload.shape" for an input that is too small.
NEUCASL_EXPORT Workload named(const std::string& name, const TopologyOptions& options = {});

}  // namespace neucasl::workload
