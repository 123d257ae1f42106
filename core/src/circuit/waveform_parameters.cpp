#include "netlist_element.hpp"

namespace neucasl::circuit {
namespace {

void check_pulse(const NetlistElement& element, const Waveform& pulse) {
  const double rise = pulse.values[3];
  const double fall = pulse.values[4];
  const double width = pulse.values[5];
  const double period = pulse.values[6];
  if (!(rise > 0.0 && fall > 0.0)) {
    element.refuse("has a pulse with edges of no duration", "give positive times rise and fall");
  }
  if (width < 0.0 || (period != 0.0 && period < rise + width + fall)) {
    element.refuse("has a pulse that is longer than its period",
                   "give width >= 0 and period >= rise + width + fall, or no period");
  }
}

Waveform piecewise_of(const NetlistElement& element, const base::Dimension& unit) {
  Waveform waveform{Waveform::Kind::piecewise_linear, {}};
  for (std::size_t k = 0;; ++k) {
    const auto time = element.maybe("time_" + std::to_string(k), base::dimension::time);
    if (!time) break;
    if (k > 0 && !(*time > waveform.values[2 * k - 2])) {
      element.refuse("has times that do not ascend", "give time_0 < time_1 < ...");
    }
    waveform.values.push_back(*time);
    waveform.values.push_back(element.needed("value_" + std::to_string(k), unit));
  }
  if (waveform.values.empty()) element.refuse("has no points", "give time_0, value_0, ...");
  return waveform;
}

}  // namespace

Waveform waveform_of(const NetlistElement& element, const base::Dimension& unit) {
  using base::dimension::frequency;
  using base::dimension::none;
  using base::dimension::time;
  const std::string_view form = element.kind().attribute("waveform");
  const auto read = [&](Waveform::Kind kind,
                        std::initializer_list<std::pair<const char*, base::Dimension>> names) {
    Waveform waveform{kind, {}};
    for (const auto& [name, dimension] : names) {
      waveform.values.push_back(element.or_zero(name, dimension));
    }
    return waveform;
  };
  if (form.empty()) return {};
  if (form == "pulse") {
    Waveform pulse = read(Waveform::Kind::pulse, {{"value_1", unit},
                                                  {"value_2", unit},
                                                  {"delay", time},
                                                  {"rise", time},
                                                  {"fall", time},
                                                  {"width", time},
                                                  {"period", time}});
    check_pulse(element, pulse);
    return pulse;
  }
  if (form == "sine") {
    return read(Waveform::Kind::sine, {{"offset", unit},
                                       {"amplitude", unit},
                                       {"frequency", frequency},
                                       {"delay", time},
                                       {"damping", frequency},
                                       {"phase", none}});
  }
  if (form == "exponential") {
    Waveform result = read(Waveform::Kind::exponential, {{"value_1", unit},
                                                         {"value_2", unit},
                                                         {"delay_1", time},
                                                         {"time_constant_1", time},
                                                         {"delay_2", time},
                                                         {"time_constant_2", time}});
    if (!(result.values[3] > 0.0 && result.values[5] > 0.0)) {
      element.refuse("has an exponential waveform without time constants",
                     "give time_constant_1 and time_constant_2");
    }
    return result;
  }
  if (form == "piecewise_linear") return piecewise_of(element, unit);
  throw base::Error("circuit.value",
                    "'" + element.name() + "' has the unknown waveform '" + std::string(form) + "'",
                    base::suggest(form, {"pulse", "sine", "exponential", "piecewise_linear"}),
                    element.kind().where);
}

}  // namespace neucasl::circuit
