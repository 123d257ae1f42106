#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/parallel.hpp"

/// \file
/// A neural network as a graph of layers, and its reference execution.
///
/// A *layer* takes the output of its input layers and gives one output. A *matrix layer*
/// (convolution or dense) multiplies by a trained weight matrix and adds a bias: it is what arrays
/// of devices compute. Activations are stored height x width x channels ("HWC"), one sample after
/// the other. The weight matrix of a matrix layer is `depth` x `outputs`, row-major; the depth
/// index of a convolution is (kernel_y * kernel + kernel_x) * in_channels + channel, that of a
/// dense layer the HWC index of its input.

namespace neucasl::network {

/// The shape of one sample between two layers.
struct Shape {
  std::size_t height = 1;
  std::size_t width = 1;
  std::size_t channels = 1;

  bool operator==(const Shape&) const = default;
  [[nodiscard]] std::size_t size() const { return height * width * channels; }
};

enum class LayerKind { convolution, dense, relu, max_pool };

/// "convolution", "dense", "relu", "max_pool".
NEUCASL_EXPORT std::string_view to_string(LayerKind kind);
NEUCASL_EXPORT std::optional<LayerKind> layer_kind_from(std::string_view name);

/// Index of a layer in its network.
using LayerId = std::size_t;
/// Stands for the input of the network in `Layer::inputs`.
inline constexpr LayerId network_input = static_cast<LayerId>(-1);

struct Layer {
  std::string name;
  LayerKind kind = LayerKind::relu;
  std::vector<LayerId> inputs;  ///< Earlier layers or `network_input`; all kinds here take one.
  std::size_t outputs = 0;      ///< Output channels or features of a matrix layer.
  std::size_t kernel = 1;       ///< Convolution and pooling window, kernel x kernel.
  std::size_t stride = 1;
  std::size_t padding = 0;    ///< Zeros on each side, convolution only.
  std::vector<float> weight;  ///< depth x outputs, row-major; matrix layers only.
  std::vector<float> bias;    ///< outputs; matrix layers only.

  bool operator==(const Layer&) const = default;
};

/// A network: layers in topological order; the last one gives the class scores.
struct NEUCASL_EXPORT Network {
  std::string name;
  Shape input;
  std::vector<Layer> layers;

  bool operator==(const Network&) const = default;

  /// Output shape of each layer.
  /// \throws base::Error "network.shape" when shapes or weight sizes do not fit together, an input
  /// is not an earlier layer, or a weight is not finite.
  [[nodiscard]] std::vector<Shape> shapes() const;
  /// Input shape of a layer, given `shapes()`.
  [[nodiscard]] Shape input_shape(LayerId layer, const std::vector<Shape>& shapes) const;
  /// The matrix layers, in order.
  [[nodiscard]] std::vector<LayerId> matrix_layers() const;
  /// Rows of the weight matrix of a matrix layer.
  [[nodiscard]] std::size_t depth(LayerId layer, const std::vector<Shape>& shapes) const;
  /// Matrix-vector products one sample needs: output positions of a convolution, 1 for dense.
  [[nodiscard]] std::size_t positions(LayerId layer, const std::vector<Shape>& shapes) const;
};

/// LeNet-5 in its common modern form (LeCun et al., Proc. IEEE 86(11):2278, 1998, with ReLU, max
/// pooling and full connection of the second convolution): 28 x 28 x 1 input, 61,470 weights.
/// Weights are zero until trained. Layer names: conv1, conv2, fc1, fc2, fc3 (and relu1, pool1,
/// ...).
NEUCASL_EXPORT Network lenet5();

/// Dense layers fc1, fc2, ... of these hidden sizes and of `classes` outputs, with ReLU (relu1,
/// ...) between them; its name tells the sizes, "perceptron_2_8_2". Weights are zero until trained.
/// \throws base::Error "network.shape" for a size of 0.
NEUCASL_EXPORT Network multilayer_perceptron(const Shape& input,
                                             std::span<const std::size_t> hidden,
                                             std::size_t classes);

/// The VGG of eight weight layers that estimators of compute-in-memory use for CIFAR-10 (X. Peng et
/// al., IEDM 2019, DNN+NeuroSim): pairs of 3 x 3 convolutions with 128, 256 and 512 outputs, each
/// followed by 2 x 2 max pooling, then dense layers of 1,024 and `classes` outputs; ReLU behind all
/// but the last. Weights are zero. Layer names: conv1_1, relu1_1, ..., pool1, ..., fc1, relu_fc1,
/// fc2.
/// \throws base::Error "network.shape" for an input smaller than 8 x 8 or no class.
NEUCASL_EXPORT Network vgg8(const Shape& input, std::size_t classes);

/// VGG-16, configuration D of table 1 of K. Simonyan and A. Zisserman, "Very deep convolutional
/// networks for large-scale image recognition", ICLR 2015: 138,344,128 weights for 224 x 224 x 3
/// and 1,000 classes. Without dropout. Names as those of `vgg8`; dense layers fc1, fc2, fc3.
/// \throws base::Error "network.shape" for an input smaller than 32 x 32 or no class.
NEUCASL_EXPORT Network vgg16(const Shape& input = {224, 224, 3}, std::size_t classes = 1000);

/// How a convolution reads its input: the patch of output position (y, x) begins, in the padded
/// input, at row y stride and column x stride.
struct PatchGrid {
  Shape input;              ///< Without padding.
  std::size_t height = 1;   ///< Output positions.
  std::size_t width = 1;    ///< Output positions.
  std::size_t kernel = 1;   ///< kernel x kernel
  std::size_t stride = 1;   ///<
  std::size_t padding = 0;  ///< Zeros on each side.
};

/// Computes the products of the matrix layers; lets an analog chip take the place of the float
/// product while everything else of the execution stays the same. Called from several threads.
class NEUCASL_EXPORT MatrixBackend {
 public:
  virtual ~MatrixBackend() = default;
  /// output[r][n] = sum_k input[r][k] weight[k][n], for `rows` rows. `input` is rows x depth and
  /// `output` rows x outputs, both row-major. Without the bias. `first_row` is the place of row 0
  /// among all rows of the layer in the run (sample x positions + position): errors that differ
  /// from row to row are drawn by it.
  virtual void multiply(LayerId layer, const float* input, std::size_t rows, std::size_t first_row,
                        float* output) const = 0;
  /// True when `convolve` may be called; then no patches are gathered.
  [[nodiscard]] virtual bool reads_images() const { return false; }
  /// As `multiply` for all patches of `count` images, height x width rows each. The default throws
  /// std::logic_error.
  virtual void convolve(LayerId layer, const PatchGrid& grid, const float* images,
                        std::size_t count, std::size_t first_row, float* output) const;
  /// Bytes of its own that a call needs for an input of so many values (padded, where it is an
  /// image).
  [[nodiscard]] virtual std::size_t scratch_bytes(std::size_t /*values*/) const { return 0; }
};

/// Sees the input matrix of each matrix layer (rows x depth) while a network runs; used to
/// calibrate ranges. Called from one thread.
using InputObserver =
    std::function<void(LayerId layer, const float* input, std::size_t rows, std::size_t depth)>;

struct RunOptions {
  int threads = 1;
  base::CancelFlag cancel;
  /// Most bytes that a thread may take for the outputs of layers, patches and a backend's scratch,
  /// beside weights, samples and scores. Decides how many samples go together (at most 64).
  std::size_t memory = std::size_t{256} << 20;
};

/// Class scores (count x outputs of the last layer) of `count` samples, `samples` being
/// count x input size. With no backend, the products are float matrix products (Eigen). The result
/// does not depend on the number of threads.
/// \throws base::Error "network.size" when the sizes do not fit; "network.shape" as `shapes()`;
/// "network.input" for a sample with a value that is not finite; "network.memory" when one sample
/// needs more than `options.memory`, with the number of bytes.
NEUCASL_EXPORT std::vector<float> run(const Network& network, std::span<const float> samples,
                                      std::size_t count, const RunOptions& options,
                                      const MatrixBackend* backend = nullptr);

/// As `run`, on one thread, showing every matrix layer's input to `observer`.
NEUCASL_EXPORT std::vector<float> run_observed(const Network& network,
                                               std::span<const float> samples, std::size_t count,
                                               const InputObserver& observer);

/// Share of samples whose largest score (the first one on a tie) is at their label.
/// \throws base::Error "network.size" when sizes do not fit or there is no sample.
NEUCASL_EXPORT double accuracy(std::span<const float> scores,
                               std::span<const unsigned char> labels);

}  // namespace neucasl::network
