#include "current_synapse.hpp"

#include <cstdlib>

namespace neucasl::cells {

ColumnSum column_sum(const WholeMatrix& weights, std::size_t column, const WholeMatrix& inputs,
                     std::size_t vector) {
  ColumnSum sum;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    const int weight = weights.at(row, column);
    const bool on = inputs.at(vector, row) != 0;
    int& target = weight > 0 ? (on ? sum.positive : sum.positive_off)
                             : (on ? sum.negative : sum.negative_off);
    target += std::abs(weight);
  }
  return sum;
}

SynapseLaw::SynapseLaw(const CircuitTask& task, double unit, double hold)
    : supply_(task.pair.supply),
      n_(task.pair, Polarity::n, 1.0, task.context),
      p_(task.pair, Polarity::p, 1.0, task.context) {
  source_bias_ = root(
      [&](double bias) {
        source_bias_ = bias;
        return source_current(true, hold) - unit;
      },
      0.0, supply_, "the gate voltage of a source of the unit current");
  sink_bias_ = root(
      [&](double bias) {
        sink_bias_ = bias;
        return sink_current(true, hold) - unit;
      },
      0.0, supply_, "the gate voltage of a sink of the unit current");
}

double SynapseLaw::source_current(bool on, double column) {
  if (column >= supply_) return 0.0;
  const double gate = on ? 0.0 : supply_;
  const double middle = root(
      [&](double v) {
        return p_.current({v, gate, supply_}) - p_.current({column, source_bias_, v});
      },
      column, supply_, "the node between switch and source");
  return -p_.current({column, source_bias_, middle});
}

double SynapseLaw::sink_current(bool on, double column) {
  if (column <= 0.0) return 0.0;
  const double gate = on ? supply_ : 0.0;
  const double middle = root(
      [&](double v) {
        return n_.current({v, gate, 0.0}) - n_.current({column, sink_bias_, v});
      },
      0.0, column, "the node between switch and sink");
  return n_.current({column, sink_bias_, middle});
}

const SynapseLaw::Unit& SynapseLaw::unit_at(double column) {
  const auto [place, fresh] = units_.try_emplace(column);
  if (fresh) {
    place->second = {source_current(true, column), source_current(false, column),
                     sink_current(true, column), sink_current(false, column)};
  }
  return place->second;
}

double SynapseLaw::column_current(const ColumnSum& sum, double column) {
  const Unit& unit = unit_at(column);
  return sum.positive * unit.source_on + sum.positive_off * unit.source_off -
         sum.negative * unit.sink_on - sum.negative_off * unit.sink_off;
}

double SynapseLaw::column_capacitance(const ColumnSum& sum, double level) {
  const double source = p_.charge({level, source_bias_, supply_}).drain -
                        p_.charge({0.0, source_bias_, supply_}).drain;
  const double sink =
      n_.charge({level, sink_bias_, 0.0}).drain - n_.charge({0.0, sink_bias_, 0.0}).drain;
  return ((sum.positive + sum.positive_off) * source + (sum.negative + sum.negative_off) * sink) /
         level;
}

void add_references(Sheet& sheet, const SynapseLaw& law, double unit, double hold,
                    double capacitance) {
  sheet.p("source_reference_switch", "source_top", "ground", "supply");
  sheet.p("source_reference", "source_drain", "source_bias", "source_top");
  sheet.current("source_unit", "source_drain", "ground", unit);
  sheet.voltage("source_shift", "source_bias", "source_drain", law.source_bias() - hold);
  sheet.capacitor("source_capacitor", "source_bias", "supply", capacitance);
  sheet.n("sink_reference_switch", "sink_bottom", "supply", "ground");
  sheet.n("sink_reference", "sink_drain", "sink_bias", "sink_bottom");
  sheet.current("sink_unit", "supply", "sink_drain", unit);
  sheet.voltage("sink_shift", "sink_bias", "sink_drain", law.sink_bias() - hold);
  sheet.capacitor("sink_capacitor", "sink_bias", "ground", capacitance);
}

void add_synapse(Sheet& sheet, const std::string& name, int weight, const std::string& row,
                 const std::string& column) {
  const double units = std::abs(weight);
  const std::string middle = name + "_middle";
  if (weight > 0) {
    sheet.p(name + "_switch", middle, row + "_bar", "supply", units);
    sheet.p(name + "_source", column, "source_bias", middle, units);
  } else if (weight < 0) {
    sheet.n(name + "_switch", middle, row, "ground", units);
    sheet.n(name + "_sink", column, "sink_bias", middle, units);
  }
}

}  // namespace neucasl::cells
