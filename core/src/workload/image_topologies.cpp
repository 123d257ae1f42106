#include <array>
#include <span>

#include "topologies.hpp"
#include "workload_draft.hpp"

namespace neucasl::workload {
namespace {

constexpr network::Shape image_net{224, 224, 3};
constexpr std::size_t image_net_classes = 1000;

Workload lenet5(const TopologyOptions& options) {
  WorkloadDraft draft("lenet5", options.input.value_or(network::Shape{28, 28, 1}));
  draft.convolution("conv1", 6, {5, 1, 2}, 1, true);
  draft.activation("relu1");
  draft.pool("pool1", {2, 2, 0});
  draft.convolution("conv2", 16, {5, 1, 0}, 1, true);
  draft.activation("relu2");
  draft.pool("pool2", {2, 2, 0});
  draft.dense("fc1", 120);
  draft.activation("relu3");
  draft.dense("fc2", 84);
  draft.activation("relu4");
  draft.dense("fc3", options.classes.value_or(10));
  return draft.finish();
}

struct VggBlock {
  std::size_t convolutions;
  std::size_t outputs;
};

Workload vgg(WorkloadDraft draft, std::span<const VggBlock> blocks,
             std::span<const std::size_t> hidden, std::size_t classes) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    for (std::size_t c = 0; c < blocks[b].convolutions; ++c) {
      const std::string number = std::to_string(b + 1) + "_" + std::to_string(c + 1);
      draft.convolution("conv" + number, blocks[b].outputs, {3, 1, 1}, 1, true);
      draft.activation("relu" + number);
    }
    draft.pool("pool" + std::to_string(b + 1), {2, 2, 0});
  }
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    const std::string number = "fc" + std::to_string(k + 1);
    draft.dense(number, hidden[k]);
    draft.activation("relu_" + number);
  }
  draft.dense("fc" + std::to_string(hidden.size() + 1), classes);
  return draft.finish();
}

Workload vgg8(const TopologyOptions& options) {
  constexpr std::array<VggBlock, 3> blocks{{{2, 128}, {2, 256}, {2, 512}}};
  constexpr std::array<std::size_t, 1> hidden{1024};
  return vgg({"vgg8", options.input.value_or(network::Shape{32, 32, 3})}, blocks, hidden,
             options.classes.value_or(10));
}

constexpr std::array<std::size_t, 2> image_net_hidden{4096, 4096};

Workload vgg11(const TopologyOptions& options) {
  constexpr std::array<VggBlock, 5> blocks{{{1, 64}, {1, 128}, {2, 256}, {2, 512}, {2, 512}}};
  return vgg({"vgg11", options.input.value_or(image_net)}, blocks, image_net_hidden,
             options.classes.value_or(image_net_classes));
}

Workload vgg16(const TopologyOptions& options) {
  constexpr std::array<VggBlock, 5> blocks{{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}};
  return vgg({"vgg16", options.input.value_or(image_net)}, blocks, image_net_hidden,
             options.classes.value_or(image_net_classes));
}

/// Outputs of the five convolutions, groups of the second, fourth and fifth.
struct AlexNetPlan {
  std::array<std::size_t, 5> outputs;
  std::size_t first_padding;
  std::size_t groups;
  bool local_response;
};

Workload alexnet(WorkloadDraft draft, const AlexNetPlan& plan, std::size_t classes) {
  const auto convolution = [&](int number, const Window& window, std::size_t groups) {
    draft.convolution("conv" + std::to_string(number),
                      plan.outputs[static_cast<std::size_t>(number) - 1], window, groups, true);
    draft.activation("relu" + std::to_string(number));
    if (plan.local_response && number <= 2) {
      draft.normalisation("norm" + std::to_string(number), 0);
    }
  };
  convolution(1, {11, 4, plan.first_padding}, 1);
  draft.pool("pool1", {3, 2, 0});
  convolution(2, {5, 1, 2}, plan.groups);
  draft.pool("pool2", {3, 2, 0});
  convolution(3, {3, 1, 1}, 1);
  convolution(4, {3, 1, 1}, plan.groups);
  convolution(5, {3, 1, 1}, plan.groups);
  draft.pool("pool5", {3, 2, 0});
  draft.dense("fc6", 4096);
  draft.activation("relu6");
  draft.dense("fc7", 4096);
  draft.activation("relu7");
  draft.dense("fc8", classes);
  return draft.finish();
}

Workload alexnet_single(const TopologyOptions& options) {
  return alexnet({"alexnet", options.input.value_or(image_net)},
                 {{64, 192, 384, 256, 256}, 2, 1, false},
                 options.classes.value_or(image_net_classes));
}

Workload alexnet_grouped(const TopologyOptions& options) {
  return alexnet({"alexnet_grouped", options.input.value_or(network::Shape{227, 227, 3})},
                 {{96, 256, 384, 384, 256}, 0, 2, true},
                 options.classes.value_or(image_net_classes));
}

/// Two 3 x 3 convolutions beside a shortcut.
void residual_block(WorkloadDraft& draft, const std::string& name, std::size_t outputs,
                    std::size_t stride, bool fold) {
  const OperationId input = draft.last();
  const bool same = draft.shape().channels == outputs && stride == 1;
  draft.convolution(name + "_conv1", outputs, {3, stride, 1}, 1, false);
  draft.batch_normalisation(name + "_bn1", fold);
  draft.activation(name + "_relu1");
  draft.convolution(name + "_conv2", outputs, {3, 1, 1}, 1, false);
  draft.batch_normalisation(name + "_bn2", fold);
  const OperationId branch = draft.last();
  OperationId shortcut = input;
  if (!same) {
    draft.continue_from(input);
    draft.convolution(name + "_shortcut", outputs, {1, stride, 0}, 1, false);
    draft.batch_normalisation(name + "_shortcut_bn", fold);
    shortcut = draft.last();
  }
  draft.add(name + "_add", {branch, shortcut});
  draft.activation(name + "_relu2");
}

Workload resnet18(const TopologyOptions& options) {
  const bool fold = options.fold_batch_normalisation;
  WorkloadDraft draft("resnet18", options.input.value_or(image_net));
  draft.convolution("conv1", 64, {7, 2, 3}, 1, false);
  draft.batch_normalisation("bn1", fold);
  draft.activation("relu1");
  draft.pool("pool1", {3, 2, 1});
  constexpr std::array<std::size_t, 4> outputs{64, 128, 256, 512};
  for (std::size_t stage = 0; stage < outputs.size(); ++stage) {
    const std::string name = "layer" + std::to_string(stage + 1);
    residual_block(draft, name + "_0", outputs[stage], stage == 0 ? 1 : 2, fold);
    residual_block(draft, name + "_1", outputs[stage], 1, fold);
  }
  draft.global_pool("pool5");
  draft.dense("fc", options.classes.value_or(image_net_classes));
  return draft.finish();
}

/// Expansion, depthwise convolution, linear projection.
void inverted_residual(WorkloadDraft& draft, const std::string& name, std::size_t expansion,
                       std::size_t outputs, std::size_t stride, bool fold) {
  const OperationId input = draft.last();
  const std::size_t channels = draft.shape().channels;
  const std::size_t expanded = expansion * channels;
  if (expansion != 1) {
    draft.convolution(name + "_expand", expanded, {1, 1, 0}, 1, false);
    draft.batch_normalisation(name + "_expand_bn", fold);
    draft.activation(name + "_expand_relu6");
  }
  draft.convolution(name + "_depthwise", expanded, {3, stride, 1}, expanded, false);
  draft.batch_normalisation(name + "_depthwise_bn", fold);
  draft.activation(name + "_depthwise_relu6");
  draft.convolution(name + "_project", outputs, {1, 1, 0}, 1, false);
  draft.batch_normalisation(name + "_project_bn", fold);
  if (stride == 1 && channels == outputs) draft.add(name + "_add", {input, draft.last()});
}

Workload mobilenet_v2(const TopologyOptions& options) {
  struct Row {
    std::size_t expansion, outputs, repeats, stride;
  };
  constexpr std::array<Row, 7> rows{{{1, 16, 1, 1},
                                     {6, 24, 2, 2},
                                     {6, 32, 3, 2},
                                     {6, 64, 4, 2},
                                     {6, 96, 3, 1},
                                     {6, 160, 3, 2},
                                     {6, 320, 1, 1}}};
  const bool fold = options.fold_batch_normalisation;
  WorkloadDraft draft("mobilenet_v2", options.input.value_or(image_net));
  draft.convolution("conv1", 32, {3, 2, 1}, 1, false);
  draft.batch_normalisation("conv1_bn", fold);
  draft.activation("conv1_relu6");
  std::size_t block = 0;
  for (const Row& row : rows) {
    for (std::size_t k = 0; k < row.repeats; ++k) {
      inverted_residual(draft, "block" + std::to_string(++block), row.expansion, row.outputs,
                        k == 0 ? row.stride : 1, fold);
    }
  }
  draft.convolution("conv2", 1280, {1, 1, 0}, 1, false);
  draft.batch_normalisation("conv2_bn", fold);
  draft.activation("conv2_relu6");
  draft.global_pool("pool");
  draft.dense("fc", options.classes.value_or(image_net_classes));
  return draft.finish();
}

}  // namespace

const std::vector<Topology>& image_topologies() {
  static const std::vector<Topology> all{{"lenet5", false, false, lenet5},
                                         {"vgg8", false, false, vgg8},
                                         {"vgg11", false, false, vgg11},
                                         {"vgg16", false, false, vgg16},
                                         {"alexnet", false, false, alexnet_single},
                                         {"alexnet_grouped", false, false, alexnet_grouped},
                                         {"mobilenet_v2", false, false, mobilenet_v2},
                                         {"resnet18", false, false, resnet18}};
  return all;
}

}  // namespace neucasl::workload
