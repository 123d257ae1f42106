#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "neucasl/io/checkpoint.hpp"
#include "tests/sparse_checkpoint.hpp"

// Scores of whole networks against those that PyTorch computed: reference/make_reference.py.
namespace neucasl::transformer {
namespace {

using workload::Tensor;

const std::filesystem::path folder =
    std::filesystem::path(NEUCASL_TEST_DATA) / "transformer" / "reference";

const std::vector<float>& values_of(const Tensor& tensor) {
  return std::get<std::vector<float>>(tensor.values);
}

class Reference : public testing::TestWithParam<const char*> {};

TEST_P(Reference, ScoresAreThoseOfPyTorch) {
  const auto expected = io::read_safetensors(folder / GetParam() / "expected.safetensors");
  const Tensor stored = expected->read("tokens");
  const std::vector<std::int64_t> numbers(values_of(stored).begin(), values_of(stored).end());
  const Tensor tokens(stored.type.shape, numbers);
  const auto network = io::read_checkpoint(folder / GetParam(), tokens.type.shape[1]);
  const Tensor scores = test::run_segments(*network, tokens, tokens.type.shape[0]);
  const Tensor wanted = expected->read("scores");
  ASSERT_EQ(scores.type, wanted.type);
  double largest = 0.0;
  double error = 0.0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const double value = static_cast<double>(values_of(wanted)[k]);
    largest = std::max(largest, std::abs(value));
    error = std::max(error, std::abs(static_cast<double>(values_of(scores)[k]) - value));
  }
  EXPECT_GT(largest, 0.1);
  EXPECT_LT(error, 1e-5 * std::max(1.0, largest));
  RecordProperty("error", std::to_string(error));
  std::cout << GetParam() << ": largest score " << largest << ", error " << error << '\n';
}

INSTANTIATE_TEST_SUITE_P(Checkpoints, Reference,
                         testing::Values("opt", "opt_behind", "bert", "bert_classifier",
                                         "bert_pooler"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace neucasl::transformer
