#include <cmath>
#include <iostream>
#include <sstream>

#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "photonic_bench.hpp"

namespace neucasl::cli {
namespace {

/// "OUTPUT=VALUE" or "OUTPUT=VALUE/RANGE"
plugin::PhotonicGoal goal_of(const std::string& text) {
  const base::Location where{"--goal", 0, 0};
  const std::size_t equal = text.rfind('=');
  if (equal == std::string::npos) {
    throw base::Error("cli.usage", "'" + text + "' is no goal",
                      "write OUTPUT=VALUE or OUTPUT=VALUE/RANGE", where);
  }
  plugin::PhotonicGoal goal;
  goal.output = text.substr(0, equal);
  while (!goal.output.empty() && goal.output.back() == ' ') goal.output.pop_back();
  const std::string value = text.substr(equal + 1);
  const std::size_t slash = value.find('/');
  goal.value = base::parse_quantity(value.substr(0, slash), where).value;
  if (slash != std::string::npos) {
    goal.full_range = base::parse_quantity(value.substr(slash + 1), where).value;
  }
  return goal;
}

/// "TARGET LOW HIGH [START]"
plugin::PhotonicKnob knob_of(const PhotonicBench& bench, const std::string& text) {
  std::istringstream words(text);
  Texts parts;
  for (std::string word; words >> word;) parts.push_back(word);
  if (parts.size() != 3 && parts.size() != 4) {
    throw base::Error("cli.usage", "'" + text + "' is no knob", "write \"TARGET LOW HIGH [START]\"",
                      {"--knob", 0, 0});
  }
  plugin::PhotonicKnob knob;
  knob.target = parts[0];
  knob.low = bench.value_of(knob.target, parts[1], "--knob");
  knob.high = bench.value_of(knob.target, parts[2], "--knob");
  knob.start = parts.size() == 4 ? bench.value_of(knob.target, parts[3], "--knob")
                                 : 0.5 * (knob.low + knob.high);
  return knob;
}

/// Names the goal that is missed most, the nearest value that was reached, and knobs at a bound.
base::CheckFailed missed_goal(const std::vector<plugin::PhotonicGoal>& goals,
                              const std::vector<plugin::PhotonicKnob>& knobs,
                              const plugin::PhotonicCalibration& found, double accepted) {
  const auto error = [&](std::size_t k) {
    return std::abs(found.value[k] - goals[k].value) / goals[k].full_range;
  };
  std::size_t worst = 0;
  for (std::size_t k = 1; k < goals.size(); ++k) {
    if (error(k) > error(worst)) worst = k;
  }
  std::string ends;
  for (std::size_t k = 0; k < knobs.size(); ++k) {
    if (found.knob[k] > knobs[k].low && found.knob[k] < knobs[k].high) continue;
    ends += (ends.empty() ? "; at a bound: '" : ", '") + knobs[k].target + '\'';
  }
  return {"photonic.calibration",
          "the goal " + base::shortest(goals[worst].value) + " of '" + goals[worst].output +
              "' is not reached; the nearest is " + base::shortest(found.value[worst]) + ", " +
              base::shortest(error(worst)) + " of the full range off where " +
              base::shortest(accepted) + " may be" + ends,
          "take a goal that the network reaches, widen the knobs' bounds, scan more values, or ask "
          "for fewer bits"};
}

}  // namespace

int gradient_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("of", text_list()->required(),
                            "output: p(NET), t(OUT,IN), re(OUT,IN), im(OUT,IN), their sums")(
      "over", text_list()->required(), "target: a source, passive or device.parameter")(
      "out", options::value<std::string>(), "FILE.csv");
  const Parsed parsed("photonic gradient", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  const Texts outputs = texts_of(parsed, "of");
  const Texts targets = texts_of(parsed, "over");
  const plugin::PhotonicGradient gradient =
      bench.solver().gradient(bench.circuit(), outputs, targets, bench.context());
  results::Table table;
  table.name = "gradient";
  table.title = "Slopes per SI unit of the target";
  Texts of, over, unit;
  std::vector<double> value;
  for (std::size_t k = 0; k < gradient.slope.size(); ++k) {
    of.push_back(outputs[k / targets.size()]);
    over.push_back(targets[k % targets.size()]);
    unit.push_back(base::unit_symbol(bench.circuit().dimension_of(over.back())));
    value.push_back(gradient.value[k / targets.size()]);
  }
  table.add("output", of).add("target", over).add("target_unit", unit);
  table.add("value", value).add("slope", gradient.slope);
  if (parsed.has("out")) base::write_file(parsed.text("out"), results::to_csv(table));
  if (parsed.json()) {
    std::cout
        << JsonObject().text("method", gradient.method).add("gradient", table_json(table)).str()
        << '\n';
    return done;
  }
  std::cout << gradient.method << '\n';
  print_table(table);
  return done;
}

int calibrate_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("goal", text_list()->required(), "OUTPUT=VALUE or OUTPUT=VALUE/RANGE")(
      "knob", text_list()->required(), "\"TARGET LOW HIGH [START]\"")(
      "bits", options::value<double>()->default_value(8.0),
      "the largest error may be 2^-bits of the full range")(
      "scan", options::value<int>()->default_value(0), "values of each knob tried beforehand")(
      "iterations", options::value<int>()->default_value(100), "at most")(
      "made", options::value<std::uint64_t>(), "sample of the cards' spreads to calibrate")(
      "seed", options::value<std::uint64_t>()->default_value(1), "of the spreads")(
      "out", options::value<std::string>(), "FILE.csv with the knobs");
  const Parsed parsed("photonic calibrate", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  std::vector<plugin::PhotonicGoal> goals;
  for (const std::string& text : texts_of(parsed, "goal")) goals.push_back(goal_of(text));
  std::vector<plugin::PhotonicKnob> knobs;
  for (const std::string& text : texts_of(parsed, "knob")) knobs.push_back(knob_of(bench, text));
  const double accepted = std::exp2(-parsed.get<double>("bits"));
  plugin::PhotonicCalibrationOptions calibration;
  calibration.tolerance = 1e-3 * accepted;
  calibration.scan_points = parsed.get<int>("scan");
  calibration.most_iterations = parsed.get<int>("iterations");
  circuit::Circuit made = bench.circuit();
  if (parsed.has("made")) {
    circuit::vary(made, parsed.get<std::uint64_t>("seed"), parsed.get<std::uint64_t>("made"));
  }
  const plugin::PhotonicCalibration found =
      bench.solver().calibrate(made, goals, knobs, calibration, bench.context());
  results::Table table;
  table.name = "knobs";
  table.title = "Calibrated values";
  Texts names, units;
  for (const plugin::PhotonicKnob& knob : knobs) {
    names.push_back(knob.target);
    units.push_back(base::unit_symbol(made.dimension_of(knob.target)));
  }
  table.add("knob", names).add("unit", units).add("value", found.knob);
  if (parsed.has("out")) base::write_file(parsed.text("out"), results::to_csv(table));
  const bool good = found.largest_error <= accepted;
  if (parsed.json()) {
    std::cout << JsonObject()
                     .text("method", found.method)
                     .number("largest_error", found.largest_error)
                     .number("start_error", found.start_error)
                     .number("iterations", found.iterations)
                     .number("evaluations", found.evaluations)
                     .add("knobs", table_json(table))
                     .add("values", json_array(found.value))
                     .str()
              << '\n';
  } else {
    print_table(table);
    std::cout << found.method << ": largest error " << base::shortest(found.largest_error)
              << " of the full range, " << base::shortest(found.start_error) << " before; "
              << found.iterations << " iterations, " << found.evaluations << " evaluations\n";
  }
  if (good) return done;
  throw missed_goal(goals, knobs, found, accepted);
}

int budget_photonic(Session& session, const Arguments& arguments) {
  options::options_description description;
  add_network_options(description);
  description.add_options()("bandwidth", options::value<std::string>()->required(),
                            "of the receivers' noise, as 5GHz")(
      "out", options::value<std::string>(), "folder for the tables");
  const Parsed parsed("photonic budget", description, {"FILE"}, arguments);
  const PhotonicBench bench(session, parsed);
  const double bandwidth =
      base::parse_si(parsed.text("bandwidth"), base::dimension::frequency, {"--bandwidth", 0, 0});
  const plugin::PhotonicBudget budget =
      bench.solver().budget(bench.circuit(), {bandwidth}, bench.context());
  if (parsed.has("out")) {
    OutputFolder folder(parsed.text("out"));
    for (const auto* table : {&budget.detectors, &budget.bits, &budget.channels}) {
      folder.write(*table);
    }
  }
  if (parsed.json()) {
    JsonObject object;
    object.text("method", budget.method);
    for (const auto* table : {&budget.detectors, &budget.bits, &budget.channels}) {
      object.add(table->name, table_json(*table));
    }
    std::cout << object.str() << '\n';
    return done;
  }
  std::cout << budget.method << '\n';
  print_table(budget.detectors);
  print_table(budget.bits);
  return done;
}

}  // namespace neucasl::cli
