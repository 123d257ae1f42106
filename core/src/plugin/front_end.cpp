#include "neucasl/plugin/front_end.hpp"

namespace neucasl::plugin {
namespace {

[[noreturn]] void not_offered(const std::string& what) {
  throw base::Error("front-end.unsupported", "this front end does not " + what,
                    "choose another plugin; 'neucasl plugins list' shows them");
}

}  // namespace

FrontEnd::~FrontEnd() = default;

ChipDesign FrontEnd::build_chip(const ChipRequest& /*request*/, Context& /*context*/) {
  not_offered("build chips");
}

LogicDesign FrontEnd::map_logic(const LogicRequest& /*request*/, Context& /*context*/) {
  not_offered("map logic");
}

LogicCheck FrontEnd::check_logic(const LogicRequest& /*request*/, const LogicDesign& /*design*/,
                                 std::span<const std::uint64_t> /*rows*/,
                                 CircuitSimulator& /*simulator*/, Context& /*context*/) {
  not_offered("map logic");
}

CircuitDesign FrontEnd::build_circuit(const CircuitRequest& request, Context& /*context*/) {
  not_offered("build the circuit '" + request.name + "'");
}

BankModel FrontEnd::build_bank(const BankRequest& /*request*/, Context& /*context*/) {
  not_offered("make weight banks");
}

}  // namespace neucasl::plugin
