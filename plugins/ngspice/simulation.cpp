#include "simulation.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>

#include "circuit_checks.hpp"
#include "neucasl/base/file.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;
using circuit::Circuit;
using circuit::Result;
using circuit::Trace;
using circuit::TraceKind;

constexpr const char* keep_variable = "NEUCASL_NGSPICE_KEEP";
/// Formulas are solved to the tolerances only, where the code model has exact derivatives.
constexpr double behavioural_tolerance = 1e-7;

/// The code model cannot be used; not an error.
struct BridgeRefused {
  std::string reason;
};

const char* rule_name(message::Rule rule) {
  switch (rule) {
    case message::RULE_REQUEST:
      return "request";
    case message::RULE_MESSAGE:
      return "message";
    case message::RULE_STALE_PLOT:
      return "stale-plot";
    case message::RULE_MISSING_VECTOR:
      return "missing-vector";
    case message::RULE_SHORT_VECTOR:
      return "short-vector";
    case message::RULE_NOT_FINITE:
      return "not-finite";
    case message::RULE_EXIT:
      return "exit";
    case message::RULE_INCOMPLETE:
      return "incomplete";
    case message::RULE_MODEL:
      return "model";
    case message::RULE_LIBRARY:
      return "library";
    default:
      return "protocol";
  }
}

std::string remedy_for(message::Rule rule) {
  if (rule == message::RULE_MODEL) return "check its parameters and the voltages that it sees";
  if (rule == message::RULE_LIBRARY) return "start anew after installing plugins";
  return std::string("to see the deck, set ") + keep_variable + " to a folder";
}

/// Unique in the process, so that two simulators keep two decks.
std::string next_run_id() {
  static std::atomic<std::uint64_t> runs = 0;
  return "run-" + std::to_string(++runs);
}

void keep_deck(const message::Request& request) {
  const char* folder = std::getenv(keep_variable);
  if (folder == nullptr || *folder == '\0') return;
  std::string text = request.run_id() + '\n' + request.deck();
  for (const std::string& one : request.command()) text += '.' + one + '\n';
  const std::string name = request.run_id() + "-of-" + std::to_string(::getpid()) + ".cir";
  base::write_file(std::filesystem::path(folder) / name, text + ".end\n");
}

/// The worker vouches for the content; this keeps a wrong reply from being read out of bounds.
/// \throws BadMessage
void require_complete(const message::Request& request, const message::Reply& reply) {
  const bool complex = request.analysis() == message::ANALYSIS_AC;
  const bool with_axis = request.analysis() != message::ANALYSIS_OPERATING_POINT;
  if (reply.run_size() != request.command_size()) throw BadMessage("too few runs");
  for (const message::Run& run : reply.run()) {
    const std::size_t points = run.points();
    const std::size_t values =
        points * (complex ? 2 : 1) * static_cast<std::size_t>(request.wanted_size());
    if (points == 0 || run.axis().size() != (with_axis ? points * sizeof(double) : 0) ||
        run.values().size() != values * sizeof(double)) {
      throw BadMessage("too few numbers");
    }
  }
}

TraceKind kind_of(const Output& output) {
  if (output.kind == Output::Kind::noise) return TraceKind::noise;
  return output.kind == Output::Kind::node ? TraceKind::node : TraceKind::branch;
}

base::Dimension dimension_of(const Circuit& circuit, std::uint32_t index) {
  const circuit::Node& node = circuit.nodes[index];
  switch (node.kind) {
    case circuit::NodeKind::electrical:
      return base::dimension::voltage;
    case circuit::NodeKind::thermal:
      return base::dimension::temperature;
    default:
      return {};  // optical amplitudes, sqrt(W), have none
  }
}

std::vector<base::Dimension> internal_dimensions(const Circuit& circuit) {
  std::vector<base::Dimension> result(circuit.nodes.size());
  for (std::uint32_t i = 1; i < result.size(); ++i) result[i] = dimension_of(circuit, i);
  for (const circuit::Device& device : circuit.devices) {
    const model::Specification& specification = circuit.models[device.model].model->specification();
    const std::size_t terminals = specification.terminal_unknowns();
    for (std::size_t k = terminals; k < device.nodes.size(); ++k) {
      result[device.nodes[k]] = specification.internals[k - terminals].dimension;
    }
  }
  return result;
}

Trace empty_trace(const Circuit& circuit, const Output& output,
                  const std::vector<base::Dimension>& dimensions) {
  using Kind = Output::Kind;
  Trace trace;
  trace.kind = kind_of(output);
  trace.dimension = base::dimension::current;
  switch (output.kind) {
    case Kind::node:
      trace.name = circuit.nodes[output.index].name;
      trace.dimension = dimensions[output.index];
      break;
    case Kind::source:
      trace.name = circuit.sources[output.index].name;
      break;
    case Kind::passive:
      trace.name = circuit.passives[output.index].name;
      break;
    case Kind::controlled:
    case Kind::control:
      trace.name = circuit.controlled[output.index].name;
      break;
    case Kind::behavioural:
      trace.name = circuit.behavioural[output.index].name;
      break;
    case Kind::noise:
      trace.name = output.index == 0 ? "output" : "input";
      break;
  }
  return trace;
}

/// Linear interpolation to even times.
void resample(Result& result, double step) {
  std::vector<double> times;
  const double stop = result.axis.back();
  for (std::size_t k = 0; static_cast<double>(k) * step < stop * (1.0 - 1e-9); ++k) {
    times.push_back(static_cast<double>(k) * step);
  }
  times.push_back(stop);
  std::vector<std::size_t> after;
  for (const double time : times) {
    const auto place = std::lower_bound(result.axis.begin() + 1, result.axis.end() - 1, time);
    after.push_back(static_cast<std::size_t>(place - result.axis.begin()));
  }
  for (Trace& trace : result.traces) {
    std::vector<double> values;
    for (std::size_t k = 0; k < times.size(); ++k) {
      const std::size_t i = after[k];
      const double share = std::clamp(
          (times[k] - result.axis[i - 1]) / (result.axis[i] - result.axis[i - 1]), 0.0, 1.0);
      values.push_back(trace.real[i - 1] + share * (trace.real[i] - trace.real[i - 1]));
    }
    trace.real = std::move(values);
  }
  result.axis = std::move(times);
}

void name_axis(const Circuit& circuit, const circuit::Analysis& analysis, Result& result) {
  static constexpr const char* names[] = {"op", "dc", "ac", "tran", "noise"};
  result.analysis = names[analysis.index()];
  if (const auto* sweep = std::get_if<circuit::SweepAnalysis>(&analysis)) {
    result.axis_name = sweep->target;
    result.axis_dimension = circuit.dimension_of(sweep->target);
  } else if (std::holds_alternative<circuit::TransientAnalysis>(analysis)) {
    result.axis_name = "time";
    result.axis_dimension = base::dimension::time;
  } else if (!std::holds_alternative<circuit::OperatingPointAnalysis>(analysis)) {
    result.axis_name = "frequency";
    result.axis_dimension = base::dimension::frequency;
  }
}

void require_analysis(const Circuit& circuit, const circuit::Analysis& analysis) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    throw base::Error("ngspice.analysis", "circuit '" + circuit.name + "': " + what, remedy);
  };
  const auto positive = [&](const std::vector<double>& values, const char* what) {
    if (values.empty()) refuse(std::string("no ") + what, "give at least one");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!(values[i] > 0.0 && std::isfinite(values[i])) || (i > 0 && values[i] <= values[i - 1])) {
        refuse(std::string(what) + " must be positive and ascend", "sort them");
      }
    }
  };
  if (const auto* ac = std::get_if<circuit::AcAnalysis>(&analysis)) {
    positive(ac->frequencies, "frequencies");
  } else if (const auto* noise = std::get_if<circuit::NoiseAnalysis>(&analysis)) {
    positive(noise->frequencies, "frequencies");
    for (const std::string* name : {&noise->output, &noise->reference}) {
      if (name->empty() && name == &noise->reference) continue;
      if (!circuit.find_node(*name)) refuse("has no node '" + *name + "'", "name a node");
    }
    if (std::ranges::none_of(circuit.sources,
                             [&](const auto& one) { return one.name == noise->input; })) {
      refuse("has no source '" + noise->input + "'", "name a source as the input");
    }
  } else if (const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis)) {
    if (!(transient->stop > 0.0 && std::isfinite(transient->stop))) {
      refuse("a transient must have an end", "give a stop time above zero");
    }
  } else if (const auto* sweep = std::get_if<circuit::SweepAnalysis>(&analysis)) {
    if (sweep->values.empty()) refuse("a sweep without points", "give values");
  }
}

bool starts_without_rest(const circuit::Analysis& analysis) {
  const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis);
  return transient != nullptr && transient->use_initial_conditions;
}

}  // namespace

std::optional<std::string> BridgeRefusal::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

bool BridgeRefusal::refuse(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (reason_) return false;
  reason_ = reason;
  return true;
}

/// What ngspice computed for one deck: values of each output in turn.
struct Simulation::Answer {
  std::vector<Output> outputs;
  std::string version;
  std::uint64_t iterations = 0;
  std::vector<double> axis;
  std::vector<std::vector<double>> real;
  std::vector<std::vector<double>> imaginary;

  void read(const message::Request& request, const message::Reply& reply) {
    require_complete(request, reply);
    version = reply.version();
    iterations = reply.iterations();
    const bool complex = request.analysis() == message::ANALYSIS_AC;
    real.assign(outputs.size(), {});
    imaginary.assign(complex ? outputs.size() : 0, {});
    axis.clear();
    for (const message::Run& run : reply.run()) {
      const auto more = unpack<double>(run.axis());
      axis.insert(axis.end(), more.begin(), more.end());
      const std::size_t width = std::size_t{run.points()} * (complex ? 2 : 1) * sizeof(double);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        append(i, std::string_view(run.values()).substr(i * width, width), complex);
      }
    }
  }

  void append(std::size_t output, std::string_view bytes, bool complex) {
    std::vector<double> values = unpack<double>(bytes);
    const double factor = outputs[output].factor;
    if (factor != 1.0) {
      for (double& value : values) value *= factor;
    }
    std::vector<double>& into = real[output];
    if (!complex) {
      if (into.empty()) {
        into = std::move(values);
      } else {
        into.insert(into.end(), values.begin(), values.end());
      }
      return;
    }
    for (std::size_t k = 0; k < values.size(); k += 2) {
      into.push_back(values[k]);
      imaginary[output].push_back(values[k + 1]);
    }
  }

  /// At one point of the axis.
  [[nodiscard]] Solution solution(const Circuit& circuit, std::size_t point) const {
    using Kind = Output::Kind;
    Solution result(circuit);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double value = real[i][point];
      switch (outputs[i].kind) {
        case Kind::node:
          result.node[outputs[i].index] = value;
          break;
        case Kind::source:
          result.source[outputs[i].index] = value;
          break;
        case Kind::passive:
          result.passive[outputs[i].index] = value;
          break;
        case Kind::controlled:
          result.controlled[outputs[i].index] = value;
          break;
        case Kind::control:
          result.control[outputs[i].index] = value;
          break;
        case Kind::behavioural:
          result.behavioural[outputs[i].index] = value;
          break;
        case Kind::noise:
          break;
      }
    }
    return result;
  }

  void require_laws(const Circuit& circuit, const DeckTask& task) const {
    if (const auto* sweep = std::get_if<circuit::SweepAnalysis>(&task.analysis)) {
      Circuit changed = circuit;
      for (std::size_t k = task.first_point; k < task.last_point; ++k) {
        changed.set(sweep->target, sweep->values[k]);
        require_circuit_laws(changed, solution(changed, k - task.first_point), task.tolerances);
      }
    } else if (const auto* tran = std::get_if<circuit::TransientAnalysis>(&task.analysis)) {
      require_circuit_laws(circuit, solution(circuit, axis.size() - 1), task.tolerances,
                           {.at_rest = false, .time = tran->stop});
    } else if (std::holds_alternative<circuit::OperatingPointAnalysis>(task.analysis)) {
      require_circuit_laws(circuit, solution(circuit, 0), task.tolerances);
    }
  }
};

Simulation::Answer Simulation::ask(const Circuit& circuit, const DeckTask& task) {
  message::Request request;
  Answer answer;
  answer.outputs = write_deck(circuit, task, request);
  request.set_run_id(next_run_id());
  request.set_cpu_seconds(std::chrono::duration<double>(options_.time_limit).count());
  if (request.has_devices()) request.set_code_model(find_code_model(options_).string());
  const auto judge = [&](const message::Reply& reply) {
    answer.read(request, reply);
    answer.require_laws(circuit, task);
  };
  message::Reply reply;
  try {
    reply = worker_.run(request, context_, judge);
  } catch (const base::Error&) {
    keep_deck(request);
    throw;
  }
  if (reply.rule() == message::RULE_PASSED) return answer;
  if (reply.rule() == message::RULE_BRIDGE) throw BridgeRefused{reply.detail()};
  keep_deck(request);
  throw base::Error(
      std::string("ngspice.") + rule_name(reply.rule()),
      "ngspice on '" + circuit.name + "': " + name_in_circuit(reply.detail(), circuit),
      remedy_for(reply.rule()));
}

DeviceForm Simulation::form_for(const Circuit& circuit, const plugin::SimulationOptions& options) {
  if (options.device_form == "behavioural") return DeviceForm::behavioural;
  if (options.device_form != "compiled") {
    throw base::Error("ngspice.device-form",
                      "there is no form '" + options.device_form + "' of device models",
                      "use 'compiled' or 'behavioural'");
  }
  for (const circuit::ModelUse& use : circuit.models) {
    if (!use.origin.library.empty()) continue;
    if (refusal_.refuse("device models are linked into the program")) {
      context_.diagnostics->warning(
          "ngspice.bridge",
          "the models of '" + circuit.name +
              "' are linked into the program, where ngspice cannot reach them; they are simulated "
              "as formulas",
          "use the library of their plugin for speed");
    }
  }
  return refusal_.reason() ? DeviceForm::behavioural : DeviceForm::bridge;
}

Result Simulation::run(const Circuit& circuit, const circuit::Analysis& analysis,
                       const plugin::SimulationOptions& options) {
  if (circuit.nodes.size() < 2) {
    throw base::Error("ngspice.empty-circuit", "'" + circuit.name + "' holds no circuit",
                      "simulate a module with elements between nets");
  }
  require_analysis(circuit, analysis);
  if (!starts_without_rest(analysis)) require_paths_to_ground(circuit);
  const DeviceForm form = form_for(circuit, options);
  if (form == DeviceForm::bridge) {
    try {
      return run_as(form, circuit, analysis, options.tolerances);
    } catch (const BridgeRefused& refused) {
      if (refusal_.refuse(refused.reason)) {
        context_.diagnostics->warning(
            "ngspice.bridge",
            "device models are simulated as formulas, since the code model cannot be used: " +
                refused.reason,
            "install the ngspice library that this plugin was built for");
      }
    }
  }
  circuit::Tolerances tight = options.tolerances;
  tight.relative = std::min(tight.relative, behavioural_tolerance);
  return run_as(DeviceForm::behavioural, circuit, analysis, tight);
}

Result Simulation::run_as(DeviceForm form, const Circuit& circuit,
                          const circuit::Analysis& analysis,
                          const circuit::Tolerances& tolerances) {
  DeckTask task{.analysis = analysis, .tolerances = tolerances, .form = form, .noise = {}};
  const auto* sweep = std::get_if<circuit::SweepAnalysis>(&analysis);
  if (sweep != nullptr && form == DeviceForm::behavioural) {
    return sweep_point_by_point(form, circuit, *sweep, tolerances);
  }
  if (std::holds_alternative<circuit::NoiseAnalysis>(analysis)) {
    task.noise = noise_currents(form, circuit, tolerances);
  }
  const std::size_t chunk = sweep != nullptr ? points_in_one_request(circuit) : 1;
  const std::size_t points = sweep != nullptr ? sweep->values.size() : 1;
  Result result;
  const auto dimensions = internal_dimensions(circuit);
  for (std::size_t first = 0; first < points; first += chunk) {
    task.first_point = first;
    task.last_point = std::min(points, first + chunk);
    Answer answer = ask(circuit, task);
    for (std::size_t i = 0; i < answer.outputs.size(); ++i) {
      if (answer.outputs[i].kind == Output::Kind::control) continue;
      if (first == 0) result.traces.push_back(empty_trace(circuit, answer.outputs[i], dimensions));
    }
    auto trace = result.traces.begin();
    for (std::size_t i = 0; i < answer.outputs.size(); ++i) {
      if (answer.outputs[i].kind == Output::Kind::control) continue;
      if (first == 0) {
        trace->real = std::move(answer.real[i]);
      } else {
        trace->real.insert(trace->real.end(), answer.real[i].begin(), answer.real[i].end());
      }
      if (!answer.imaginary.empty()) trace->imaginary = std::move(answer.imaginary[i]);
      ++trace;
    }
    if (sweep == nullptr) result.axis = std::move(answer.axis);
    result.iterations += answer.iterations / std::max<std::size_t>(1, circuit.devices.size());
    result.method = method(answer.version, form, circuit, analysis);
  }
  if (sweep != nullptr) result.axis = sweep->values;
  name_axis(circuit, analysis, result);
  for (Trace& trace : result.traces) {
    if (trace.kind != TraceKind::noise) continue;
    trace.dimension = base::dimension::voltage * base::dimension::voltage * base::dimension::time;
    for (double& value : trace.real) value *= value;  // ngspice gives the root
  }
  if (const auto* transient = std::get_if<circuit::TransientAnalysis>(&analysis)) {
    result.time_points = result.axis.size();
    if (transient->output_step > 0.0) resample(result, transient->output_step);
  }
  return result;
}

Result Simulation::sweep_point_by_point(DeviceForm form, const Circuit& circuit,
                                        const circuit::SweepAnalysis& sweep,
                                        const circuit::Tolerances& tolerances) {
  Circuit changed = circuit;
  Result result;
  for (const double value : sweep.values) {
    context_.cancel.throw_if_requested();
    changed.set(sweep.target, value);
    Result point = run_as(form, changed, circuit::OperatingPointAnalysis{}, tolerances);
    if (result.traces.empty()) {
      result = std::move(point);
      continue;
    }
    for (std::size_t i = 0; i < result.traces.size(); ++i) {
      result.traces[i].real.push_back(point.traces[i].real[0]);
    }
  }
  result.axis = sweep.values;
  name_axis(circuit, sweep, result);
  return result;
}

std::vector<NoiseCurrent> Simulation::noise_currents(DeviceForm form, const Circuit& circuit,
                                                     const circuit::Tolerances& tolerances) {
  std::vector<NoiseCurrent> result;
  if (circuit.devices.empty()) return result;
  const circuit::Analysis rest = circuit::OperatingPointAnalysis{};
  const Answer answer =
      ask(circuit, {.analysis = rest, .tolerances = tolerances, .form = form, .noise = {}});
  const Solution bias = answer.solution(circuit, 0);
  for (const circuit::Device& device : circuit.devices) {
    std::vector<double> unknowns;
    for (const std::uint32_t index : device.nodes) unknowns.push_back(bias.node[index]);
    for (const model::NoiseSource& one :
         circuit.models[device.model].model->noise(device.derived, unknowns, device.environment)) {
      const auto node_of = [&](int unknown) {
        return unknown < 0 ? 0U : device.nodes[static_cast<std::size_t>(unknown)];
      };
      result.push_back({node_of(one.from), node_of(one.to), one.white, one.flicker});
    }
  }
  return result;
}

std::string Simulation::method(const std::string& version, DeviceForm form, const Circuit& circuit,
                               const circuit::Analysis& analysis) const {
  static constexpr const char* names[] = {"operating point", "sweep of operating points",
                                          "small-signal analysis",
                                          "transient, trapezoidal integration", "noise analysis"};
  std::string text = "ngspice " + version + ", " + names[analysis.index()];
  if (circuit.devices.empty()) return text;
  if (form == DeviceForm::bridge) return text + "; device models compiled";
  text += "; device models as formulas";
  if (const auto reason = refusal_.reason()) text += " (" + *reason + ')';
  return text;
}

}  // namespace neucasl::ngspice_plugin
