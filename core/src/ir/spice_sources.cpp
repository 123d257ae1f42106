#include <algorithm>
#include <array>
#include <numbers>

#include "spice_elements.hpp"

namespace neucasl::ir::spice {
namespace {

namespace unit = base::dimension;

/// What SPICE gives in degrees.
constexpr double degree = std::numbers::pi / 180.0;

/// A pulse that ends after all: SPICE's default is the end of the simulation.
constexpr double no_end = 1e9;  // s

struct Waveform {
  std::string_view spice;
  std::string_view name;
  std::size_t least;  // values that must be there
  std::size_t most;
};
constexpr std::array<Waveform, 4> waveforms = {{{"pulse", "pulse", 2, 7},
                                                {"sin", "sine", 3, 6},
                                                {"exp", "exponential", 6, 6},
                                                {"pwl", "piecewise_linear", 2, 1'000'000}}};

const Waveform* find_waveform(std::string_view word) {
  const auto found = std::find_if(waveforms.begin(), waveforms.end(),
                                  [&](const Waveform& one) { return one.spice == word; });
  return found == waveforms.end() ? nullptr : &*found;
}

/// Parameters of the primitive with the values of this source.
struct Filled {
  std::vector<std::pair<std::string, base::Dimension>> parameters;
  std::vector<double> values;

  void add(std::string name, const base::Dimension& dimension, double value) {
    parameters.emplace_back(std::move(name), dimension);
    values.push_back(value);
  }
};

void fill_pulse(Filled& filled, std::vector<double> v, const base::Dimension& dimension,
                double edge) {
  v.resize(7, 0.0);
  filled.add("value_1", dimension, v[0]);
  filled.add("value_2", dimension, v[1]);
  filled.add("delay", unit::time, v[2]);
  // Edges that are left out or 0 last one output step, a width the rest of the time.
  filled.add("rise", unit::time, v[3] != 0.0 ? v[3] : edge);
  filled.add("fall", unit::time, v[4] != 0.0 ? v[4] : edge);
  filled.add("width", unit::time, v[5] != 0.0 ? v[5] : no_end);
  filled.add("period", unit::time, v[6]);
}

void fill_sine(Filled& filled, std::vector<double> v, const base::Dimension& dimension) {
  v.resize(6, 0.0);
  filled.add("offset", dimension, v[0]);
  filled.add("amplitude", dimension, v[1]);
  filled.add("frequency", unit::frequency, v[2]);
  filled.add("delay", unit::time, v[3]);
  filled.add("damping", unit::frequency, v[4]);
  filled.add("phase", unit::none, v[5] * degree);
}

void fill_exponential(Filled& filled, const std::vector<double>& v,
                      const base::Dimension& dimension) {
  filled.add("value_1", dimension, v[0]);
  filled.add("value_2", dimension, v[1]);
  filled.add("delay_1", unit::time, v[2]);
  filled.add("time_constant_1", unit::time, v[3]);
  filled.add("delay_2", unit::time, v[4]);
  filled.add("time_constant_2", unit::time, v[5]);
}

void fill_piecewise(Filled& filled, const std::vector<double>& v,
                    const base::Dimension& dimension) {
  for (std::size_t k = 0; k + 1 < v.size(); k += 2) {
    const std::string number = std::to_string(k / 2);
    filled.add("time_" + number, unit::time, v[k]);
    filled.add("value_" + number, dimension, v[k + 1]);
  }
}

}  // namespace

void Elements::source(const Card& card) {
  const bool is_voltage = card.name()[0] == 'v';
  const std::string form_text =
      "NAME NODE NODE [[dc] VALUE] [ac MAGNITUDE [DEGREES]] [pulse|sin|exp|pwl(...)]";
  const std::vector<NetId> nets = nodes(card, 1, 2, form_text);
  const base::Dimension dimension = is_voltage ? unit::voltage : unit::current;
  std::optional<double> rest;
  std::vector<double> ac;
  const Waveform* waveform = nullptr;
  std::vector<double> points;

  const std::vector<Word>& words = card.words;
  const auto is_number_next = [&](std::size_t at) {
    return at < words.size() && words[at].text != "ac" && words[at].text != "dc" &&
           words[at].text != "(" && words[at].text != ")" && words[at].text != "=" &&
           !find_waveform(words[at].text);
  };
  std::size_t at = 3;
  while (at < words.size()) {
    const std::string_view word = words[at].text;
    const auto next_is_equals = [&] { return at < words.size() && words[at].text == "="; };
    if (word == "ac") {
      if (!ac.empty()) fail(card, at, "a second 'ac'", "write " + form_text);
      ++at;
      if (next_is_equals()) ++at;
      while (ac.size() < 2 && is_number_next(at)) ac.push_back(value(card, at++));
      if (ac.empty()) ac.push_back(1.0);
    } else if (const Waveform* found = find_waveform(word)) {
      if (waveform) fail(card, at, "a second waveform", "write " + form_text);
      waveform = found;
      ++at;
      const bool open = at < words.size() && words[at].text == "(";
      if (open) ++at;
      while (is_number_next(at)) points.push_back(value(card, at++));
      if (open && (at >= words.size() || words[at++].text != ")")) {
        fail(card, at - 1, "the waveform is not closed", "write " + form_text);
      }
    } else {
      if (word == "dc") ++at;
      if (next_is_equals()) ++at;
      if (rest || !is_number_next(at)) {
        fail(card, at,
             "'" + std::string(words[std::min(at, words.size() - 1)].text) +
                 "' is not understood here",
             "write " + form_text);
      }
      if (words[at].text[0] >= 'a' && words[at].text[0] <= 'z' && at + 1 < words.size() &&
          words[at + 1].text == "(") {
        fail(card, at, "unknown waveform '" + std::string(words[at].text) + "'",
             base::suggest(words[at].text, {"pulse", "sin", "exp", "pwl"}));
      }
      rest = value(card, at++);
    }
  }

  Filled filled;
  if (rest || !waveform) {
    filled.add(is_voltage ? "voltage" : "current", dimension, rest.value_or(0.0));
  }
  if (!ac.empty()) {
    filled.add("ac_magnitude", dimension, ac[0]);
    filled.add("ac_phase", unit::none, ac.size() > 1 ? ac[1] * degree : 0.0);
  }
  Form form{is_voltage ? "voltage_source" : "current_source", {}, {}, {}};
  form.attributes.push_back({"element", form.name});
  form.pins = {{"p", Discipline::electrical, Direction::inout},
               {"n", Discipline::electrical, Direction::inout}};
  if (waveform) {
    const std::string kind(waveform->name);
    if (points.size() < waveform->least || points.size() > waveform->most ||
        (waveform->spice == "pwl" && points.size() % 2 != 0)) {
      fail(card, card.words.size() - 1,
           std::to_string(points.size()) + " values for '" + std::string(waveform->spice) + "'",
           "write pulse(V1 V2 [TD TR TF PW PER]), sin(VO VA FREQ [TD THETA PHASE]), exp(V1 V2 TD1 "
           "TAU1 TD2 TAU2) or pwl(T V T V ...)");
    }
    form.name += '_' + kind;
    form.attributes.push_back({"waveform", kind});
    if (kind == "pulse")
      fill_pulse(filled, std::move(points), dimension, pulse_edge_);
    else if (kind == "sine")
      fill_sine(filled, std::move(points), dimension);
    else if (kind == "exponential")
      fill_exponential(filled, points, dimension);
    else
      fill_piecewise(filled, points, dimension);
  }
  form.parameters = std::move(filled.parameters);
  place_element(card, form, nets, filled.values);
}

}  // namespace neucasl::ir::spice
