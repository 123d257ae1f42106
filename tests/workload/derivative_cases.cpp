#include "derivative_cases.hpp"

#include <random>

namespace neucasl::workload {
namespace {

using Integers = std::vector<std::int64_t>;

void append(std::vector<DerivativeCase>& to, const std::vector<DerivativeCase>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Tensor truths(const TensorShape& shape, const Integers& values) {
  Tensor tensor(TensorType{ElementType::boolean, shape});
  tensor.values = values;
  return tensor;
}

Tensor one_double(double value) {
  Tensor tensor(TensorType{ElementType::float64, {}});
  tensor.values = std::vector<double>{value};
  return tensor;
}

}  // namespace

Tensor random_doubles(const TensorShape& shape, unsigned salt, double low, double high) {
  Tensor tensor(TensorType{ElementType::float64, shape});
  std::mt19937 random(salt);
  std::uniform_real_distribution<double> uniform(low, high);
  for (double& value : std::get<std::vector<double>>(tensor.values)) value = uniform(random);
  return tensor;
}

Tensor stored_integers(const Integers& values) { return {TensorShape{values.size()}, values}; }

std::vector<DerivativeCase> arithmetic_cases() {
  std::vector<DerivativeCase> all;
  for (const char* type : {"Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"}) {
    all.push_back({type, {random_doubles({2, 3}, 1), random_doubles({2, 3}, 2, 0.5, 2.0)}});
    all.push_back({type, {random_doubles({2, 1, 3}, 3), random_doubles({4, 1}, 4, 0.5, 2.0)}});
    all.push_back({type, {random_doubles({2, 3}, 5), random_doubles({}, 6, 0.5, 2.0)}});
  }
  for (const char* type : {"Max", "Min", "Sum", "Mean"}) {
    all.push_back(
        {type, {random_doubles({2, 3}, 7), random_doubles({3}, 8), random_doubles({2, 1}, 9)}});
  }
  all.push_back({"Pow", {random_doubles({2, 3}, 10, 0.3, 2.0), random_doubles({3}, 11)}});
  all.push_back({"Pow", {random_doubles({4}, 12), stored_integers({0, 1, 2, 3})}});
  for (const char* type : {"Sin", "Cos", "Exp", "Erf", "Tanh", "Sigmoid", "Softplus", "Softsign",
                           "Abs", "Neg", "Relu", "LeakyRelu", "Elu", "HardSigmoid", "Gelu"}) {
    all.push_back({type, {random_doubles({3, 4}, 13)}});
  }
  all.push_back({"HardSwish", {random_doubles({20}, 14, -5.0, 5.0)}});
  all.push_back({"HardSigmoid", {random_doubles({20}, 15, -5.0, 5.0)}, {{"alpha", 0.3}}});
  all.push_back({"LeakyRelu", {random_doubles({6}, 16)}, {{"alpha", 0.2}}});
  all.push_back({"Elu", {random_doubles({6}, 17)}, {{"alpha", 0.7}}});
  all.push_back({"Gelu", {random_doubles({6}, 18)}, {{"approximate", std::string("tanh")}}});
  for (const char* type : {"Sqrt", "Log", "Reciprocal"}) {
    all.push_back({type, {random_doubles({5}, 19, 0.3, 3.0)}});
  }
  all.push_back({"Clip", {random_doubles({12}, 20), one_double(-0.7), one_double(0.9)}});
  all.push_back({"Clip", {random_doubles({12}, 21)}, {{"min", -1.0}, {"max", 0.5}}, 1, 6});
  return all;
}

std::vector<DerivativeCase> matrix_cases() {
  const auto one = [](std::vector<Tensor> inputs) {
    return DerivativeCase{"MatMul", std::move(inputs)};
  };
  std::vector<DerivativeCase> all{
      one({random_doubles({3, 4}, 1), random_doubles({4, 2}, 2)}),
      one({random_doubles({17, 5}, 3), random_doubles({5, 9}, 4)}),
      one({random_doubles({4}, 5), random_doubles({4, 2}, 6)}),
      one({random_doubles({3, 4}, 7), random_doubles({4}, 8)}),
      one({random_doubles({4}, 9), random_doubles({4}, 10)}),
      one({random_doubles({2, 3, 4}, 11), random_doubles({4, 5}, 12)}),
      one({random_doubles({3, 4}, 13), random_doubles({2, 4, 5}, 14)}),
      one({random_doubles({2, 1, 3, 4}, 15), random_doubles({3, 4, 2}, 16)}),
      one({random_doubles({2, 2, 3, 4}, 17), random_doubles({2, 2, 4, 3}, 18)})};
  for (const std::int64_t left : {0, 1}) {
    for (const std::int64_t right : {0, 1}) {
      all.push_back({"Gemm",
                     {random_doubles(left != 0 ? TensorShape{4, 3} : TensorShape{3, 4}, 19),
                      random_doubles(right != 0 ? TensorShape{5, 4} : TensorShape{4, 5}, 20),
                      random_doubles({5}, 21)},
                     {{"transA", left}, {"transB", right}, {"alpha", 0.7}, {"beta", 1.3}}});
    }
  }
  all.push_back({"Gemm", {random_doubles({3, 4}, 22), random_doubles({4, 5}, 23)}});
  all.push_back(
      {"Gemm",
       {random_doubles({3, 4}, 24), random_doubles({4, 5}, 25), random_doubles({3, 1}, 26)}});
  return all;
}

std::vector<DerivativeCase> image_cases() {
  const Integers two{2, 2};
  const Integers ones{1, 1, 1, 1};
  const Tensor image = random_doubles({2, 4, 5, 6}, 1);
  std::vector<DerivativeCase> all{
      {"Conv", {image, random_doubles({3, 4, 3, 2}, 2), random_doubles({3}, 3)}},
      {"Conv", {image, random_doubles({3, 4, 3, 3}, 4)}, {{"pads", ones}, {"strides", two}}},
      {"Conv",
       {image, random_doubles({6, 2, 3, 3}, 5), random_doubles({6}, 6)},
       {{"group", std::int64_t{2}}, {"pads", Integers{0, 1, 2, 0}}}},
      {"Conv",
       {image, random_doubles({4, 1, 2, 2}, 7)},
       {{"group", std::int64_t{4}}, {"dilations", two}}},
      {"Conv",
       {image, random_doubles({2, 4, 2, 3}, 8)},
       {{"auto_pad", std::string("SAME_LOWER")}, {"strides", two}}},
      {"Conv", {random_doubles({1, 2, 7}, 9), random_doubles({3, 2, 3}, 10)}},
      {"Conv", {random_doubles({1, 1, 3, 4, 3}, 11), random_doubles({2, 1, 2, 2, 2}, 12)}},
      {"MaxPool", {image}, {{"kernel_shape", two}, {"strides", two}}},
      {"MaxPool", {image}, {{"kernel_shape", Integers{3, 3}}, {"pads", ones}}},
      {"AveragePool", {image}, {{"kernel_shape", two}, {"strides", two}}},
      {"AveragePool", {image}, {{"kernel_shape", Integers{3, 3}}, {"pads", ones}}},
      {"AveragePool",
       {image},
       {{"kernel_shape", Integers{3, 3}}, {"pads", ones}, {"count_include_pad", std::int64_t{1}}}},
      {"GlobalAveragePool", {image}},
      {"GlobalMaxPool", {image}},
      {"BatchNormalization",
       {image, random_doubles({4}, 13), random_doubles({4}, 14), random_doubles({4}, 15),
        random_doubles({4}, 16, 0.5, 2.0)},
       {{"epsilon", 1e-3}}},
      {"InstanceNormalization", {image, random_doubles({4}, 17), random_doubles({4}, 18)}},
      {"LRN", {image}, {{"size", std::int64_t{3}}, {"alpha", 0.3}, {"beta", 0.6}, {"bias", 1.5}}},
      {"LRN", {image}, {{"size", std::int64_t{2}}, {"alpha", 0.3}}}};
  return all;
}

std::vector<DerivativeCase> movement_cases() {
  const Tensor cube = random_doubles({2, 3, 4}, 1);
  const auto along = [](std::int64_t axis) {
    return std::map<std::string, Attribute>{{"axis", axis}};
  };
  std::vector<DerivativeCase> all{
      {"Softmax", {cube}},
      {"Softmax", {cube}, along(1)},
      {"Softmax", {cube}, along(1), 1, 11},
      {"LogSoftmax", {cube}},
      {"LogSoftmax", {cube}, along(0)},
      {"LayerNormalization", {cube, random_doubles({4}, 2), random_doubles({4}, 3)}},
      {"LayerNormalization", {cube, random_doubles({3, 4}, 4)}, along(1)},
      {"Reshape", {cube, stored_integers({0, -1})}},
      {"Flatten", {cube}},
      {"Squeeze", {random_doubles({2, 1, 3}, 5), stored_integers({1})}},
      {"Unsqueeze", {cube, stored_integers({0, 2})}},
      {"Identity", {cube}},
      {"Dropout", {cube}},
      {"Transpose", {cube}},
      {"Transpose", {cube}, {{"perm", Integers{1, 2, 0}}}},
      {"Expand", {random_doubles({3, 1}, 6), stored_integers({2, 1, 4})}},
      {"Concat", {cube, random_doubles({2, 1, 4}, 7), random_doubles({2, 2, 4}, 8)}, along(1)},
      {"Split", {cube, stored_integers({1, 3})}, along(2), 2},
      {"Split", {random_doubles({5, 2}, 9)}, {{"num_outputs", std::int64_t{2}}}, 2, 18},
      {"Slice",
       {cube, stored_integers({0, 3}), stored_integers({2, -5}), stored_integers({1, 2}),
        stored_integers({1, -2})}},
      {"Slice",
       {cube},
       {{"starts", Integers{1}}, {"ends", Integers{3}}, {"axes", Integers{1}}},
       1,
       9},
      {"Gather", {cube, stored_integers({2, 0, -1, 2})}, along(1)},
      {"Gather", {random_doubles({5, 3}, 10), stored_integers({4, 4, 1})}},
      {"Pad", {cube, stored_integers({0, 1, 2, 1, 0, -1}), one_double(0.3)}},
      {"Pad", {cube, stored_integers({1, 0, 3, 0, 2, 2})}, {{"mode", std::string("reflect")}}},
      {"Pad", {cube, stored_integers({1, 1, 0, 0, 2, 2})}, {{"mode", std::string("edge")}}},
      {"Where",
       {truths({2, 3}, {1, 0, 0, 1, 1, 0}), random_doubles({2, 3}, 11), random_doubles({3}, 12)}},
      {"Where", {truths({3}, {1, 0, 1}), random_doubles({}, 13), random_doubles({2, 1}, 14)}},
      {"Cast", {cube}, {{"to", std::int64_t{11}}}}};
  for (const char* type : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"}) {
    const bool as_input = std::string(type) == "ReduceSum";
    all.push_back({type, {cube}});
    if (as_input) {
      all.push_back({type, {cube, stored_integers({1})}, {{"keepdims", std::int64_t{0}}}});
    } else {
      all.push_back(
          {type, {cube}, {{"axes", Integers{0, -1}}, {"keepdims", std::int64_t{0}}}, 1, 13});
    }
  }
  return all;
}

std::vector<DerivativeCase> derivative_cases() {
  std::vector<DerivativeCase> all = arithmetic_cases();
  append(all, matrix_cases());
  append(all, image_cases());
  append(all, movement_cases());
  return all;
}

}  // namespace neucasl::workload
