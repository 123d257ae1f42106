#include "neuron.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "neucasl/model/card_parameters.hpp"
#include "neucasl/model/driven_device.hpp"

namespace neucasl::memristor_circuits {
namespace {

/// Of the reset current over the full input current. The spike takes about a tenth of the shortest
/// period; a faster reset would pull the membrane further down while the inverters switch back.
constexpr double reset_ratio = 10.0;
constexpr double feedback_share = 0.5;
/// The second inverter drives the feedback capacitance.
constexpr double driver_fins = 10.0;
constexpr double clamp_fins = 2.0;

/// A transistor of a card as a calculation sees it.
class Transistor {
 public:
  Transistor(const std::string& card_id, const base::Location& where, plugin::Context& context,
             device::UseList& uses) {
    const device::Card card = context.devices->load(card_id, where);
    const model::DeviceModel& model =
        *context.models->find(card.choice("model").value, card.where).model;
    if (model.specification().terminals.size() != 4) {
      throw base::Error("memristor.neuron",
                        "card '" + card_id + "' of model '" + model.specification().name +
                            "' is no transistor with drain, gate, source and bulk",
                        "take cards of family finfet, such as asap7_n and asap7_p", where);
    }
    device_.emplace(model, model::parameters_from(model.specification(), card, uses));
  }
  /// Into the drain, A.
  double current(double drain, double gate, double source, double bulk) {
    device_->reset();
    return device_->rest(std::vector<double>{drain, gate, source, bulk})[0];
  }

 private:
  std::optional<model::DrivenDevice> device_;
};

/// Where `rising` passes zero in [low, high].
template <class Function>
double zero_of(double low, double high, const Function& rising) {
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (rising(middle) < 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

Neuron::Neuron(const NeuronRequest& request, plugin::Context& context, device::UseList& uses)
    : request_(request) {
  Transistor n(request.n_card, request.n_where, context, uses);
  Transistor p(request.p_card, request.p_where, context, uses);
  const double supply = request_.supply;
  const double n_on = n.current(supply, supply, 0.0, 0.0);
  const double p_on = p.current(0.0, 0.0, supply, supply);
  if (!(n_on > 0.0 && p_on < 0.0 && n_on > 100.0 * n.current(supply, 0.0, 0.0, 0.0))) {
    throw base::Error("memristor.neuron",
                      "cards '" + request.n_card + "' and '" + request.p_card +
                          "' are not an n and a p transistor at this supply",
                      "take a pair such as asap7_n and asap7_p", request.n_where);
  }
  threshold_ = zero_of(0.0, supply, [&](double v) {
    return n.current(v, v, 0.0, 0.0) + p.current(v, v, supply, supply);
  });
  if (request_.full_current <= 1.5 * rheobase()) {
    throw base::Error("memristor.neuron",
                      "the leak takes " +
                          base::to_engineering({rheobase(), base::dimension::current}) +
                          " at the threshold of the neuron, the full input current is " +
                          base::to_engineering({request_.full_current, base::dimension::current}),
                      "give a leak_conductance below " +
                          base::to_engineering(siemens(request_.full_current / threshold_ / 2.0)) +
                          " or a larger neuron_current");
  }
  reset_current_ = reset_ratio * request_.full_current;
  if (n.current(threshold_, supply, 0.0, 0.0) < reset_current_) {
    throw base::Error(
        "memristor.neuron",
        "a transistor of one fin cannot draw the reset current, " +
            base::to_engineering({reset_current_, base::dimension::current}),
        "give a neuron_current below " +
            base::to_engineering(
                {n.current(threshold_, supply, 0.0, 0.0) / reset_ratio, base::dimension::current}));
  }
  reset_bias_ = zero_of(
      0.0, supply, [&](double v) { return n.current(threshold_, v, 0.0, 0.0) - reset_current_; });
}

double Neuron::first_spike(double current) const {
  if (current <= rheobase()) return std::numeric_limits<double>::infinity();
  const double level = current / request_.leak_conductance;
  return request_.membrane_capacitance / request_.leak_conductance *
         std::log(level / (level - threshold_));
}

double Neuron::period(double current) const {
  if (current <= rheobase()) return std::numeric_limits<double>::infinity();
  const double level = current / request_.leak_conductance;
  const double jump = feedback_share * request_.supply;
  return request_.membrane_capacitance / request_.leak_conductance *
             std::log((level - threshold_ + jump) / (level - threshold_)) +
         jump * request_.membrane_capacitance / (reset_current_ - current);
}

ir::ModuleId Neuron::add(ir::Design& design, Elements& elements, const std::string& name,
                         double transconductance) const {
  const auto transistor = [&](const char* kind, const std::string& card) {
    return elements.card_device(std::string(kind) + "_" + card, card,
                                {"drain", "gate", "source", "bulk"}, {{"fins", plain(1.0)}});
  };
  const ir::ModuleId n = transistor("transistor", request_.n_card);
  const ir::ModuleId p = transistor("transistor", request_.p_card);
  const ir::ModuleId capacitor = elements.capacitor();
  const ir::ModuleId leak = elements.conductance();
  const ir::ModuleId input = elements.voltage_to_current();

  ir::ModuleBuilder module(design, name);
  module.attribute("role", "neuron");
  const auto port = [&](const char* port_name) {
    return module.port(port_name, ir::Discipline::electrical, ir::Direction::inout);
  };
  const ir::NetRef drive = port("drive");
  const ir::NetRef membrane = port("membrane");
  const ir::NetRef spike = port("spike");
  const ir::NetRef supply = port("supply");
  const ir::NetRef bias = port("bias");
  const ir::NetRef ground = module.net("ground", ir::Discipline::electrical, 1, true);
  const ir::NetRef inverted = module.net("inverted", ir::Discipline::electrical);
  const ir::NetRef reset = module.net("reset", ir::Discipline::electrical);
  const auto fet = [&](const char* fet_name, ir::ModuleId master, ir::NetRef drain, ir::NetRef gate,
                       ir::NetRef source, double fins) {
    module.instance(fet_name, master,
                    {{"drain", drain},
                     {"gate", gate},
                     {"source", source},
                     {"bulk", master == p ? supply : ground}},
                    {{"fins", plain(fins)}});
  };
  module.instance("input", input,
                  {{"p", ground}, {"n", membrane}, {"control_p", drive}, {"control_n", ground}},
                  {{"transconductance", siemens(transconductance)}});
  module.instance(
      "membrane_capacitor", capacitor, {{"p", membrane}, {"n", ground}},
      {{"capacitance", farads((1.0 - feedback_share) * request_.membrane_capacitance)}});
  module.instance("feedback_capacitor", capacitor, {{"p", spike}, {"n", membrane}},
                  {{"capacitance", farads(feedback_share * request_.membrane_capacitance)}});
  module.instance("leak", leak, {{"p", membrane}, {"n", ground}},
                  {{"conductance", siemens(request_.leak_conductance)}});
  fet("first_n", n, inverted, membrane, ground, 1.0);
  fet("first_p", p, inverted, membrane, supply, 1.0);
  fet("second_n", n, spike, inverted, ground, driver_fins);
  fet("second_p", p, spike, inverted, supply, driver_fins);
  fet("reset_switch", n, membrane, spike, reset, driver_fins);
  fet("reset_limit", n, reset, bias, ground, 1.0);
  fet("clamp", n, ground, ground, membrane, clamp_fins);
  return module.id();
}

}  // namespace neucasl::memristor_circuits
