#pragma once

#include <string>

#include "neucasl/architecture/architecture.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// A small architecture with round numbers: 2 tiles of 3 groups of 2 arrays of 4 x 8 cells of 2
/// bits, weights of 4 bits, activations of 2 bits driven bit by bit.

namespace neucasl::architecture::test {

inline std::string number(const std::string& name, const std::string& value,
                          const std::string& unit) {
  return "<number name='" + name + "' value='" + value + "' unit='" + unit +
         "' kind='assumed' source='s' place='p'/>\n";
}

/// One event costs `energy` and takes `time`; one component leaks 1 uW and takes 10 um^2.
inline std::string component(const std::string& kind, const std::string& count,
                             const std::string& energy, const std::string& time,
                             const std::string& more = "") {
  return "<component kind='" + kind + "' name='" + kind + "'>\n" + number("count", count, "1") +
         number("area", "10", "um^2") + number("leakage", "1", "uW") +
         number("energy", energy, "pJ") + number("time", time, "ns") + more + "</component>\n";
}

inline std::string group() {
  return "<array_group name='group'>\n" + number("count", "3", "1") +
         component("array", "2", "7", "10",
                   number("rows", "4", "1") + number("columns", "8", "1") +
                       number("bits_per_cell", "2", "1") + number("write_energy", "3", "pJ") +
                       number("write_time", "50", "ns")) +
         component("dac", "8", "0.5", "10", number("bits", "1", "1")) +
         component("sample_and_hold", "16", "0.25", "10") +
         component("adc", "2", "2", "2", number("bits", "6", "1")) +
         component("shift_and_add", "2", "0.125", "1") +
         component("input_register", "1", "1.5", "1", number("width", "8", "1")) +
         component("output_register", "1", "2.5", "1", number("width", "16", "1")) +
         "</array_group>\n";
}

inline std::string description() {
  return "<architecture id='small' title='t'>\n<citation key='s'>c</citation>\n"
         "<choice name='dataflow' value='weight-stationary'/>\n"
         "<choice name='weight_duplication' value='none'/>\n"
         "<choice name='pipelining' value='none'/>\n"
         "<choice name='time_multiplexing' value='no'/>\n"
         "<choice name='weight_encoding' value='offset'/>\n" +
         number("weight_bits", "4", "1") + number("activation_bits", "2", "1") +
         number("partial_sum_bits", "8", "1") + "<chip name='chip'>\n" + number("count", "1", "1") +
         component("link", "1", "11", "4", number("width", "32", "1")) +
         component("off_chip_memory", "1", "13", "4",
                   number("width", "32", "1") + number("capacity", "1000000", "1")) +
         "<tile name='tile'>\n" + number("count", "2", "1") +
         component("buffer", "1", "5", "1",
                   number("width", "16", "1") + number("capacity", "1024", "1")) +
         component("bus", "1", "0.75", "1", number("width", "16", "1")) +
         component("router", "1", "1.25", "1",
                   number("width", "8", "1") + number("hops", "2", "1")) +
         component("accumulator", "1", "0.375", "1") +
         component("activation_unit", "1", "0.625", "1") +
         component("pooling_unit", "1", "0.875", "1") + group() +
         "</tile>\n</chip>\n</architecture>\n";
}

/// Each number has its own place in the source, so that no two are one statement.
inline std::string with_places(std::string text) {
  const std::string common = "place='p'";
  int next = 0;
  for (std::size_t at = 0; (at = text.find(common, at)) != std::string::npos; ++at) {
    text.replace(at, common.size(), "place='p" + std::to_string(next++) + "'");
  }
  return text;
}

/// The description with the first `from` replaced.
inline std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no '" + from + "' in the description");
  return text.replace(at, from.size(), to);
}

inline Architecture parse(const std::string& text) {
  return parse_architecture(text, "a.xml", device::Library({}));
}

/// An operation with a stationary product.
inline workload::Operation matrix(const std::string& name, std::size_t count, std::size_t positions,
                                  std::size_t depth, std::size_t outputs) {
  workload::Operation operation;
  operation.name = name;
  operation.kind = workload::OperationKind::matrix;
  operation.inputs = {workload::workload_input};
  operation.product = {count, positions, depth, outputs, true};
  operation.input_elements = count * positions * depth;
  operation.output_elements = count * positions * outputs;
  return operation;
}

inline workload::Workload workload_of(std::vector<workload::Operation> operations) {
  workload::Workload result{"net", operations.front().input_elements, std::move(operations)};
  return result;
}

}  // namespace neucasl::architecture::test
