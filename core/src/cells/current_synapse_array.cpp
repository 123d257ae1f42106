#include <algorithm>
#include <cmath>
#include <limits>

#include "current_synapse.hpp"
#include "neuron.hpp"

/// \file
/// Array of switched current sources. Read out as currents, columns are held at half the threshold
/// of a neuron and input vectors follow each other; read out by neurons, each column feeds the
/// membrane of one and the first vector stays on.

namespace neucasl::cells {
namespace {

std::string numbered(const char* stem, std::size_t k) { return stem + ("_" + std::to_string(k)); }

struct ArraySetup {
  WholeMatrix weights, inputs;  ///< Inputs: a vector a row.
  double unit = 0.0;            ///< A
  double vector_time = 0.0;     ///< s, of an input vector
  NeuronSetup neuron;
};

WholeMatrix weights_of(const CircuitTask& task) {
  const std::string& file = task.request.parameters.text("weights");
  const auto rows = static_cast<std::size_t>(whole(task, "rows"));
  const auto columns = static_cast<std::size_t>(whole(task, "columns"));
  const int most = whole(task, "weight_max");
  if (file.empty()) {
    return random_whole_numbers(task, "cells/weights", rows, columns, -most, most);
  }
  WholeMatrix weights =
      read_whole_numbers(file, -most, most, task.request.parameters.where("weights"));
  if (weights.rows != rows || weights.columns != columns) {
    throw base::Error("cells.numbers",
                      "the file has " + std::to_string(weights.rows) + " rows of " +
                          std::to_string(weights.columns) + " numbers, the array " +
                          std::to_string(rows) + " rows of " + std::to_string(columns),
                      "state 'rows' and 'columns' of the file, or give the weights of all cells",
                      {file, 1, 1});
  }
  return weights;
}

WholeMatrix inputs_of(const CircuitTask& task, std::size_t rows) {
  const std::string& file = task.request.parameters.text("inputs");
  if (file.empty()) {
    return random_whole_numbers(task, "cells/inputs",
                                static_cast<std::size_t>(whole(task, "vectors")), rows, 0, 1);
  }
  WholeMatrix inputs = read_whole_numbers(file, 0, 1, task.request.parameters.where("inputs"));
  if (inputs.columns != rows) {
    throw base::Error("cells.numbers",
                      "a vector of the file has " + std::to_string(inputs.columns) +
                          " numbers, the array has " + std::to_string(rows) + " rows",
                      "give one 0 or 1 for each row", {file, 1, 1});
  }
  return inputs;
}

ArraySetup array_setup(const CircuitTask& task) {
  ArraySetup setup;
  setup.weights = weights_of(task);
  setup.inputs = inputs_of(task, setup.weights.rows);
  setup.unit = si(task, "unit_current");
  setup.vector_time = si(task, "vector_time");
  setup.neuron = neuron_setup(task);
  return setup;
}

/// What a column's neuron does by the law.
struct ColumnPrediction {
  double current = 0.0;      ///< Into the membrane at half the threshold, A.
  double integration = 0.0;  ///< From the ground to the threshold, s; infinite when it stays below.
  double interval = 0.0;     ///< s
  bool silent = false;       ///< Surely below the threshold.
  bool clear = false;        ///< Far enough from the least current for a prediction.
};

ColumnPrediction predict(const CircuitTask& task, const ArraySetup& setup, const ColumnSum& sum,
                         SynapseLaw& law) {
  // Nearer to the least current than this share of it, small errors decide.
  constexpr double margin = 0.3;
  NeuronSetup neuron = setup.neuron;
  const double threshold = NeuronLaw(task, neuron).threshold();
  neuron.membrane += law.column_capacitance(sum, threshold);
  NeuronLaw loaded(task, neuron);
  ColumnPrediction result;
  result.current = law.column_current(sum, 0.5 * threshold);
  constexpr int steps = 40;
  const double step = threshold / steps;
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < steps; ++k) {
    const double level = (k + 0.5) * step;
    const double net = law.column_current(sum, level) - loaded.leak_at(level);
    least = std::min(least, net);
    result.integration +=
        net > 0.0 ? loaded.capacitance() * step / net : std::numeric_limits<double>::infinity();
  }
  const double scale = margin * std::max(setup.unit, loaded.leak());
  result.silent = least < -scale;
  result.clear = least > scale;
  if (result.clear) {
    result.interval = result.integration + loaded.refractory_time(result.current);
  }
  return result;
}

class ArrayBench {
 public:
  explicit ArrayBench(const CircuitTask& task)
      : task_(task),
        setup_(array_setup(task)),
        threshold_(NeuronLaw(task, setup_.neuron).threshold()),
        law_(task, setup_.unit, 0.5 * threshold_),
        draft_(task) {}

  plugin::CircuitDesign build() {
    const bool spiking = task_.request.parameters.text("readout") == "neuron";
    const ir::ModuleId neuron = spiking ? neuron_module(draft_, setup_.neuron) : ir::ModuleId{};
    const ir::ModuleId array = array_module();
    if (spiking) predict_columns();
    Sheet top = draft_.sheet("bench");
    top.voltage("supply_source", "supply", "ground", task_.pair.supply);
    top.bus("column", static_cast<std::uint32_t>(setup_.weights.columns));
    top.voltage("hold_source", "hold", "ground", 0.5 * threshold_);
    add_references(top, law_, setup_.unit, 0.5 * threshold_, si(task_, "bias_capacitance"));
    add_rows(top, spiking);
    add_array(top, array);
    if (spiking) {
      add_neurons(top, neuron);
    } else {
      add_meters(top);
    }
    describe();
    return draft_.finish(top.id());
  }

 private:
  [[nodiscard]] std::size_t columns() const { return setup_.weights.columns; }
  [[nodiscard]] std::size_t rows() const { return setup_.weights.rows; }
  [[nodiscard]] ColumnSum sum(std::size_t column, std::size_t vector) const {
    return column_sum(setup_.weights, column, setup_.inputs, vector);
  }
  static std::string column_net(std::size_t k) { return "column[" + std::to_string(k) + "]"; }

  ir::ModuleId array_module() {
    Sheet sheet = draft_.sheet("array");
    sheet.inout("supply");
    sheet.input("source_bias");
    sheet.input("sink_bias");
    for (std::size_t i = 0; i < rows(); ++i) {
      sheet.input(numbered("row", i));
      sheet.input(numbered("row", i) + "_bar");
    }
    for (std::size_t j = 0; j < columns(); ++j) sheet.inout(numbered("column", j));
    for (std::size_t i = 0; i < rows(); ++i) {
      for (std::size_t j = 0; j < columns(); ++j) {
        add_synapse(sheet, numbered("cell", i) + "_" + std::to_string(j), setup_.weights.at(i, j),
                    numbered("row", i), numbered("column", j));
      }
    }
    return sheet.id();
  }

  void add_array(Sheet& top, ir::ModuleId array) {
    Sheet::Nets nets{
        {"supply", "supply"}, {"source_bias", "source_bias"}, {"sink_bias", "sink_bias"}};
    for (std::size_t i = 0; i < rows(); ++i) {
      nets.emplace_back(numbered("row", i), numbered("row", i));
      nets.emplace_back(numbered("row", i) + "_bar", numbered("row", i) + "_bar");
    }
    for (std::size_t j = 0; j < columns(); ++j) {
      nets.emplace_back(numbered("column", j), column_net(j));
    }
    top.instance("array", array, nets);
  }

  void predict_columns() {
    double shortest = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < columns(); ++j) {
      predictions_.push_back(predict(task_, setup_, sum(j, 0), law_));
      if (predictions_.back().clear) shortest = std::min(shortest, predictions_.back().interval);
    }
    if (!std::isfinite(shortest)) {
      refuse(task_, "inputs", "no column drives its neuron above the threshold",
             "give other inputs or weights, a larger unit current or another seed");
    }
    shortest_ = shortest;
    start_ = 0.02 * shortest;
    choose_stop(start_ + shortest * (whole(task_, "spikes") - 0.5));
  }

  /// A time from `earliest` on that is far from all spikes, so that their counts are certain.
  void choose_stop(double earliest) {
    constexpr int candidates = 200;
    double best = -1.0;
    for (int k = 0; k < candidates; ++k) {
      const double stop = earliest * (1.0 + 0.5 * k / candidates);
      double distance = std::numeric_limits<double>::infinity();
      for (const ColumnPrediction& p : predictions_) {
        if (!p.clear) continue;
        const double phase = (stop - start_ - p.integration) / p.interval;
        const double to_next = phase < 0.0 ? -phase : std::abs(phase - std::rint(phase));
        distance = std::min(distance, to_next * p.interval / stop);
      }
      if (distance > best) {
        best = distance;
        stop_ = stop;
      }
    }
  }
  [[nodiscard]] int spikes_of(const ColumnPrediction& p) const {
    if (start_ + p.integration > stop_) return 0;
    return 1 + static_cast<int>(std::floor((stop_ - start_ - p.integration) / p.interval));
  }

  void add_rows(Sheet& top, bool spiking) {
    const double v = task_.pair.supply;
    for (std::size_t i = 0; i < rows(); ++i) {
      std::vector<std::pair<double, double>> high, low;
      const auto add = [&](double time, bool on) {
        high.emplace_back(time, on ? v : 0.0);
        low.emplace_back(time, on ? 0.0 : v);
      };
      add(0.0, false);
      if (spiking) {
        add(0.99 * start_, false);
        add(start_, setup_.inputs.at(0, i) != 0);
      }
      for (std::size_t k = 0; !spiking && k < setup_.inputs.rows; ++k) {
        const double begin = (static_cast<double>(k) + 0.1) * setup_.vector_time;
        add(begin, high.back().second > 0.0);
        add(begin + 0.05 * setup_.vector_time, setup_.inputs.at(k, i) != 0);
      }
      top.voltage(numbered("row_source", i), numbered("row", i), "ground", high);
      top.voltage(numbered("row_bar_source", i), numbered("row", i) + "_bar", "ground", low);
    }
  }

  void add_meters(Sheet& top) {
    for (std::size_t j = 0; j < columns(); ++j) {
      top.voltage(numbered("meter", j), column_net(j), "hold", 0.0);
    }
    const auto count = setup_.inputs.rows;
    draft_.transient(static_cast<double>(count) * setup_.vector_time, 0.05 * setup_.vector_time);
    for (std::size_t k = 0; k < count; ++k) {
      const std::string at = " at=" + text((static_cast<double>(k) + 0.99) * setup_.vector_time);
      for (std::size_t j = 0; j < columns(); ++j) expect_current(j, k, at);
    }
  }

  void expect_current(std::size_t j, std::size_t k, const std::string& at) {
    const ColumnSum total = sum(j, k);
    const std::string suffix = "_" + std::to_string(j) + "_" + std::to_string(k);
    const std::string label =
        "Current of column " + std::to_string(j) + ", vector " + std::to_string(k);
    const std::string find = "find i(" + numbered("meter", j) + ")" + at;
    draft_.measure("current" + suffix, find, label);
    draft_.expect("current" + suffix, law_.column_current(total, 0.5 * threshold_), 0.01,
                  0.02 * setup_.unit, "currents of the transistor models in the cells");
    draft_.measure("product" + suffix, find, label + ", beside the weighted sum");
    draft_.expect("product" + suffix, setup_.unit * total.net(), 0.0,
                  0.03 * setup_.unit * (total.positive + total.negative) + 0.1 * setup_.unit,
                  "sum of weights times inputs, times the unit current");
  }

  void add_neurons(Sheet& top, ir::ModuleId neuron) {
    add_neuron_biases(top, setup_.neuron);
    for (std::size_t j = 0; j < columns(); ++j) {
      const std::string suffix = "_" + std::to_string(j);
      top.instance("neuron" + suffix, neuron,
                   {{"membrane", column_net(j)},
                    {"spike", "spike" + suffix},
                    {"spike_bar", "spike_bar" + suffix},
                    {"reset", "reset" + suffix},
                    {"leak_bias", "leak_bias"},
                    {"refractory_bias", "refractory_bias"},
                    {"supply", "supply"}});
      expect_spikes(j);
      draft_.trace("spike" + suffix);
    }
    draft_.trace(column_net(0));
    draft_.transient(stop_, shortest_ / 50.0);
  }

  void expect_spikes(std::size_t j) {
    const ColumnPrediction& p = predictions_[j];
    const double half = 0.5 * task_.pair.supply;
    const std::string number = std::to_string(j);
    const std::string spike = "v(spike_" + number + ")";
    draft_.measure("spikes_" + number, "count " + spike + " val=" + text(half) + " rise=1",
                   "Spikes of neuron " + number);
    if (p.silent) {
      draft_.expect("spikes_" + number, 0.0, 0.0, 0.5, "inputs do not lift it to the threshold");
    }
    if (!p.clear) return;
    const int spikes = spikes_of(p);
    draft_.expect("spikes_" + number, spikes, 0.0, 0.5,
                  "1 + floor((time - first spike) / interval)");
    if (spikes < 1) return;
    draft_.measure("first_spike_" + number,
                   "trig at=" + text(start_) + " targ " + spike + " val=" + text(half) + " rise=1",
                   "First spike of neuron " + number);
    draft_.expect("first_spike_" + number, p.integration, 0.1, 0.0,
                  "integral of C dV / (I - I_leak) up to the threshold");
    if (spikes < 2) return;
    draft_.measure("interval_" + number,
                   "trig " + spike + " val=" + text(half) + " rise=1 targ " + spike +
                       " val=" + text(half) + " rise=2",
                   "Interval of spikes of neuron " + number);
    draft_.expect("interval_" + number, p.interval, 0.1, 0.0,
                  "integral of C dV / (I - I_leak) + refractory time");
  }

  void describe() {
    results::Table table{"weights", "Weights", {}};
    for (std::size_t j = 0; j < columns(); ++j) {
      std::vector<std::int64_t> values;
      for (std::size_t i = 0; i < rows(); ++i) values.push_back(setup_.weights.at(i, j));
      table.add(numbered("column", j), values);
    }
    draft_.circuit().tables.push_back(std::move(table));
    draft_.figure("cells", "Cells", static_cast<double>(rows() * columns()), {}, "rows x columns");
    draft_.figure("unit_current", "Current of a weight of 1", setup_.unit, base::dimension::current,
                  "Parameter 'unit_current'");
  }

  const CircuitTask& task_;
  ArraySetup setup_;
  double threshold_;
  SynapseLaw law_;
  CircuitDraft draft_;
  std::vector<ColumnPrediction> predictions_;
  double shortest_ = 0.0, start_ = 0.0, stop_ = 0.0;
};

}  // namespace

plugin::CircuitDesign current_synapse_array(const CircuitTask& task) {
  return ArrayBench(task).build();
}

}  // namespace neucasl::cells
