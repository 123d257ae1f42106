// Integer products of layers against Eigen's in single precision.
#include <Eigen/Core>
#include <random>

#include "comparison.hpp"
#include "neucasl/precision/integer_product.hpp"

namespace neucasl::precision {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// rows x depth inputs by depth x outputs weights, one scale for an output.
struct Product {
  std::size_t rows;
  std::size_t depth;
  std::size_t outputs;

  RowMajor inputs;
  RowMajor weights;
  QuantisedWeight quantised;
  UniformQuantiser input_quantiser;
  std::vector<std::int16_t> codes;

  Product(const benchmark::State& state, int bits)
      : rows(static_cast<std::size_t>(state.range(0))),
        depth(static_cast<std::size_t>(state.range(1))),
        outputs(static_cast<std::size_t>(state.range(2))),
        inputs(rows, depth),
        weights(depth, outputs) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (float& x : inputs.reshaped()) x = normal(random);
    for (float& w : weights.reshaped()) w = normal(random);
    QuantiserForm form;
    form.bits = bits;
    form.granularity = Granularity::channel;
    quantised = quantise({weights.data(), depth * outputs}, {1, outputs, depth, true}, form);
    form.affine = true;
    form.granularity = Granularity::tensor;
    input_quantiser = quantiser_for({inputs.data(), rows * depth}, form);
    for (const float x : inputs.reshaped<Eigen::RowMajor>()) {
      codes.push_back(static_cast<std::int16_t>(input_quantiser.code(static_cast<double>(x))));
    }
  }

  /// What the integer product is to be, in single precision.
  [[nodiscard]] RowMajor rounded() const {
    const std::vector<float> values = quantised.values();
    RowMajor x(rows, depth);
    std::transform(codes.begin(), codes.end(), x.data(), [&](std::int16_t code) {
      return static_cast<float>(input_quantiser.value(code));
    });
    return x * Eigen::Map<const RowMajor>(values.data(), static_cast<Eigen::Index>(depth),
                                          static_cast<Eigen::Index>(outputs));
  }
};

void integer_product(benchmark::State& state, int bits) {
  const Product product(state, bits);
  const IntegerMatrix matrix(product.quantised, 0, product.outputs, product.input_quantiser);
  RowMajor result(product.rows, product.outputs);
  RowMajor reference(product.rows, product.outputs);
  constexpr int repeats = 5;
  double seconds = 0.0;
  double reference_seconds = 0.0;
  for (auto _ : state) {
    seconds = benchmarks::best_seconds(repeats, [&] {
      matrix.multiply(product.codes, product.rows, product.input_quantiser, result.data());
    });
    reference_seconds = benchmarks::best_seconds(
        repeats, [&] { reference.noalias() = product.inputs * product.weights; });
    benchmark::DoNotOptimize(reference.data());
  }
  const RowMajor rounded = product.rounded();
  const double error = static_cast<double>((result - rounded).cwiseAbs().maxCoeff()) /
                       static_cast<double>(rounded.cwiseAbs().maxCoeff());
  const auto floats = static_cast<double>(product.weights.size()) * sizeof(float);
  state.counters["size_ratio"] = floats / static_cast<double>(matrix.code_bytes());
  state.counters["size_ratio_with_scales"] =
      floats / static_cast<double>(matrix.code_bytes() + matrix.scale_bytes());
  benchmarks::Comparison comparison;
  comparison.reference = "Eigen product of float, " + std::to_string(bits) + " bits";
  comparison.seconds = seconds;
  comparison.reference_seconds = reference_seconds;
  comparison.error = error;
  comparison.error_limit = 1e-6 * std::sqrt(static_cast<double>(product.depth));
  comparison.bytes = static_cast<double>(matrix.code_bytes() + matrix.scale_bytes());
  record(state, comparison);
}

void integer_product_8(benchmark::State& state) { integer_product(state, 8); }
void integer_product_12(benchmark::State& state) { integer_product(state, 12); }

// The layers of a block of OPT-125M for 128 tokens, fc1 of LeNet-5 for 64 images, and a convolution
// of VGG-8.
BENCHMARK(integer_product_8)
    ->Args({128, 768, 768})
    ->Args({128, 768, 3072})
    ->Args({64, 400, 120})
    ->Args({1024, 1152, 128})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(integer_product_12)->Args({128, 768, 768})->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace neucasl::precision

BENCHMARK_MAIN();
