#include "deck_parts.hpp"
#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

class OutputList {
 public:
  OutputList(const DeckContent& content, ngspice::worker::Request& request)
      : content_(content), circuit_(content.circuit), request_(request) {}

  std::vector<Output> make() {
    if (std::holds_alternative<circuit::NoiseAnalysis>(content_.task.analysis)) {
      want("onoise_spectrum", {Output::Kind::noise, 0, 1.0});
      want("inoise_spectrum", {Output::Kind::noise, 1, 1.0});
      return std::move(outputs_);
    }
    for (std::uint32_t i = 1; i < circuit_.nodes.size(); ++i) {
      const circuit::Node& one = circuit_.nodes[i];
      const double factor = one.kind == circuit::NodeKind::internal ? one.scale : 1.0;
      want(node_name(i), {Output::Kind::node, i, factor});
    }
    want_currents();
    return std::move(outputs_);
  }

 private:
  void want_currents() {
    for (std::uint32_t i = 0; i < circuit_.sources.size(); ++i) {
      if (!circuit_.sources[i].is_voltage) continue;
      want(i == content_.swept.source ? node_name(content_.current_node()) : branch("v", i),
           {Output::Kind::source, i, 1.0});
    }
    for (std::uint32_t i = 0; i < circuit_.passives.size(); ++i) {
      if (circuit_.passives[i].kind != circuit::PassiveKind::inductor) continue;
      want(branch("l", i), {Output::Kind::passive, i, 1.0});
    }
    for (std::uint32_t i = 0; i < circuit_.controlled.size(); ++i) want_controlled(i);
    for (std::uint32_t i = 0; i < circuit_.behavioural.size(); ++i) {
      if (!circuit_.behavioural[i].is_voltage) continue;
      want(branch("b", i), {Output::Kind::behavioural, i, 1.0});
    }
  }

  void want_controlled(std::uint32_t index) {
    using Kind = circuit::ControlledKind;
    const Kind kind = circuit_.controlled[index].kind;
    if (kind == Kind::voltage_by_voltage) {
      want(branch("e", index), {Output::Kind::controlled, index, 1.0});
    }
    if (kind == Kind::voltage_by_current) {
      want(branch("h", index), {Output::Kind::controlled, index, 1.0});
    }
    if (kind == Kind::voltage_by_current || kind == Kind::current_by_current) {
      want(branch("vc", index), {Output::Kind::control, index, 1.0});
    }
  }

  void want(std::string name, const Output& output) {
    request_.add_wanted(std::move(name));
    outputs_.push_back(output);
  }
  static std::string branch(const char* letter, std::uint32_t index) {
    return letter + std::to_string(index) + "#branch";
  }

  const DeckContent& content_;
  const circuit::Circuit& circuit_;
  ngspice::worker::Request& request_;
  std::vector<Output> outputs_;
};

}  // namespace

std::vector<Output> want_outputs(const DeckContent& content, ngspice::worker::Request& request) {
  return OutputList(content, request).make();
}

}  // namespace neucasl::ngspice_plugin
