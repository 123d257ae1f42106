#include "neucasl/flow/logic_run.hpp"

#include <algorithm>
#include <set>

#include "neucasl/base/random.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

constexpr std::uint64_t cycles_of_a_sequence = 16;

std::uint64_t random_row(base::RandomStream& stream, std::size_t inputs) {
  std::uint64_t row = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    row |= static_cast<std::uint64_t>(stream.uniform() < 0.5) << i;
  }
  return row;
}

std::vector<std::uint64_t> every_row(std::size_t inputs) {
  std::vector<std::uint64_t> rows(std::size_t{1} << inputs);
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = r;
  return rows;
}

/// Distinct rows in ascending order, the first and the last among them.
std::vector<std::uint64_t> some_rows(std::size_t inputs, std::uint64_t count, std::uint64_t seed) {
  base::RandomStream stream(seed, "flow/logic-rows", 0);
  const std::uint64_t last = inputs >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << inputs) - 1;
  std::set<std::uint64_t> rows{0, last};
  while (rows.size() < count) rows.insert(random_row(stream, inputs));
  return {rows.begin(), rows.end()};
}

std::vector<std::uint64_t> input_sequence(std::size_t inputs, std::uint64_t count,
                                          std::uint64_t seed) {
  base::RandomStream stream(seed, "flow/logic-cycles", 0);
  std::vector<std::uint64_t> rows(count == 0 ? cycles_of_a_sequence : count);
  for (std::uint64_t& row : rows) row = random_row(stream, inputs);
  return rows;
}

std::vector<std::uint64_t> chosen_rows(const logic::Network& network, const RowChoice& choice,
                                       std::uint64_t seed) {
  constexpr std::size_t most_inputs = 20;
  const std::size_t inputs = network.inputs().size();
  if (inputs > 64) {
    throw base::Error("logic.rows",
                      "a circuit with " + std::to_string(inputs) + " inputs cannot be simulated",
                      "check it without a simulator, or divide it; 64 inputs fit");
  }
  if (!network.combinational()) return input_sequence(inputs, choice.count, seed);
  const bool countable = inputs <= most_inputs;
  const std::uint64_t total = countable ? std::uint64_t{1} << inputs : ~std::uint64_t{0};
  if (choice.all && !countable) {
    throw base::Error("logic.rows",
                      std::to_string(inputs) + " inputs have too many rows to simulate all",
                      "give a number of rows; all rows are possible up to " +
                          std::to_string(most_inputs) + " inputs");
  }
  if (choice.count > total) {
    throw base::Error("logic.rows", std::to_string(choice.count) + " rows are more than there are",
                      "give at most " + std::to_string(total));
  }
  if (choice.count == 1) return {0};
  if (choice.count > 1 && choice.count < total) return some_rows(inputs, choice.count, seed);
  if (choice.all || choice.count == total || total <= RowChoice::all_up_to)
    return every_row(inputs);
  return some_rows(inputs, RowChoice::sample, seed);
}

/// Outputs by row; latches keep their state from row to row.
std::vector<std::vector<bool>> outputs_of(const logic::Network& network,
                                          const std::vector<std::uint64_t>& rows) {
  std::vector<std::uint64_t> state;
  for (const logic::Latch& latch : network.latches()) {
    state.push_back(latch.initial.value_or(false) ? ~std::uint64_t{0} : 0);
  }
  std::vector<std::vector<bool>> result;
  result.reserve(rows.size());
  for (const std::uint64_t row : rows) {
    std::vector<std::uint64_t> words;
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
      words.push_back(((row >> i) & 1U) != 0 ? ~std::uint64_t{0} : 0);
    }
    words.insert(words.end(), state.begin(), state.end());
    const std::vector<std::uint64_t> values = logic::simulate_nodes(network, words);
    std::vector<bool> outputs;
    for (const logic::Output& output : network.outputs()) {
      outputs.push_back((values[output.node] & 1U) != 0);
    }
    for (std::size_t i = 0; i < state.size(); ++i) state[i] = values[network.latches()[i].input];
    result.push_back(std::move(outputs));
  }
  return result;
}

bool row_correct(const plugin::LogicRow& row, const std::vector<bool>& expected) {
  if (row.value.size() != expected.size()) return false;
  for (std::size_t o = 0; o < expected.size(); ++o) {
    if (row.value[o] != (expected[o] ? plugin::LogicLevel::high : plugin::LogicLevel::low)) {
      return false;
    }
  }
  return true;
}

std::string row_text(const logic::Network& network, std::uint64_t inputs) {
  std::string text;
  for (std::size_t i = 0; i < network.inputs().size(); ++i) {
    text += (text.empty() ? "" : " ") + network.node(network.inputs()[i]).name + '=' +
            (((inputs >> i) & 1U) != 0 ? '1' : '0');
  }
  return text;
}

}  // namespace

LogicRun run_logic(const LogicJob& job, plugin::Context& context) {
  const plugin::LogicRequest request{job.network, job.parameters, job.characterizer};
  LogicRun run;
  run.design = job.front_end.map_logic(request, context);
  run.equivalence = logic::compare(job.network, run.design.realised);
  if (job.simulator == nullptr) return run;
  const std::vector<std::uint64_t> rows = chosen_rows(job.network, job.rows, context.seed);
  run.check = job.front_end.check_logic(request, run.design, rows, *job.simulator, context);
  if (run.check.rows.size() != rows.size()) {
    throw std::logic_error("the front end simulated another number of rows");
  }
  run.checked = true;
  run.expected = outputs_of(job.network, rows);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    run.rows_correct += static_cast<std::size_t>(row_correct(run.check.rows[r], run.expected[r]));
  }
  return run;
}

results::Table truth_table(const LogicRun& run, const logic::Network& network) {
  results::Table table{"truth_table", "Truth table, expected and simulated", {}};
  for (std::size_t i = 0; i < network.inputs().size(); ++i) {
    std::vector<std::int64_t> values;
    for (const plugin::LogicRow& row : run.check.rows) {
      values.push_back(static_cast<std::int64_t>((row.inputs >> i) & 1U));
    }
    table.add(network.node(network.inputs()[i]).name, values);
  }
  for (std::size_t o = 0; o < network.outputs().size(); ++o) {
    const std::string& name = network.outputs()[o].name;
    std::vector<std::int64_t> expected;
    std::vector<std::string> value;
    std::vector<double> level;
    for (std::size_t r = 0; r < run.check.rows.size(); ++r) {
      const plugin::LogicRow& row = run.check.rows[r];
      expected.push_back(static_cast<std::int64_t>(run.expected[r][o]));
      constexpr const char* names[] = {"0", "1", "undefined"};
      value.emplace_back(names[static_cast<std::size_t>(row.value.at(o))]);
      level.push_back(row.level.at(o));
    }
    table.add(name + "_expected", expected).add(name + "_simulated", value);
    table.add(name + "_" + run.check.quantity, level, run.check.dimension);
  }
  for (results::Column& column : table.columns) {
    std::replace(column.name.begin(), column.name.end(), ' ', '_');
  }
  return table;
}

std::string faults_of(const LogicRun& run, const logic::Network& network) {
  std::string text;
  if (!run.equivalence.holds()) {
    text = "output '" + run.equivalence.output + "' of the mapped netlist is another function";
  }
  if (!run.checked || run.rows_correct == run.check.rows.size()) return text;
  const std::size_t wrong = run.check.rows.size() - run.rows_correct;
  for (std::size_t r = 0; r < run.check.rows.size(); ++r) {
    if (row_correct(run.check.rows[r], run.expected[r])) continue;
    text += (text.empty() ? "" : "; ") + std::to_string(wrong) + " of " +
            std::to_string(run.check.rows.size()) + " rows are wrong, first " +
            row_text(network, run.check.rows[r].inputs);
    break;
  }
  return text;
}

namespace {

std::string verdict_of(const logic::Equivalence& equivalence) {
  using Verdict = logic::Equivalence::Verdict;
  if (equivalence.verdict == Verdict::equivalent) {
    return "The mapped netlist is equivalent to the function (" + equivalence.method + ", " +
           std::to_string(equivalence.patterns) + " patterns).";
  }
  if (equivalence.verdict == Verdict::different) {
    return "The mapped netlist differs from the function in output '" + equivalence.output + "'.";
  }
  return std::to_string(equivalence.patterns) +
         " random patterns showed no difference between netlist and function; that is no proof.";
}

void add_figures(const LogicRun& run, const std::string& front_end, const std::string& simulator,
                 std::vector<results::Figure>& figures) {
  const auto add = [&](const char* key, const std::string& label, double value,
                       const base::Dimension& dimension, const std::string& method,
                       const std::string& by) {
    figures.push_back(
        make_figure(std::string("logic.") + key, label, value, dimension, method, by));
  };
  add("equivalent", "Netlist equivalent to the function (1: proven or no difference found)",
      run.equivalence.holds() ? 1.0 : 0.0, {}, verdict_of(run.equivalence), front_end);
  add("cells", "Number of " + run.design.cell_name, static_cast<double>(run.design.cells), {},
      "Counted in the netlist", front_end);
  if (run.checked) {
    add("rows_total", "Rows simulated", static_cast<double>(run.check.rows.size()), {},
        run.check.method, simulator);
    add("rows_correct", "Rows correct", static_cast<double>(run.rows_correct), {}, run.check.method,
        simulator);
    add("delay", "Delay in simulation", run.check.delay, base::dimension::time, run.check.method,
        simulator);
    add("energy", "Energy of one evaluation in simulation", run.check.energy,
        base::dimension::energy, run.check.method, simulator);
  }
  if (run.checked && run.check.table_delay > 0.0) {
    add("check_table_delay", "Delay of the same change by tables", run.check.table_delay,
        base::dimension::time, run.design.method, front_end);
  }
  if (run.checked && run.check.table_energy > 0.0) {
    add("check_table_energy", "Energy of the same changes by tables", run.check.table_energy,
        base::dimension::energy, run.design.method, front_end);
  }
  add("table_delay", "Delay by tables or closed form", run.design.delay, base::dimension::time,
      run.design.method, front_end);
  add("table_energy", "Energy of one evaluation by tables or closed form", run.design.energy,
      base::dimension::energy, run.design.method, front_end);
  for (const results::Figure& figure : run.design.figures) {
    figures.push_back(figure);
    figures.back().key = "logic." + figure.key;
  }
}

}  // namespace

results::Findings to_findings(const LogicRun& run, const logic::Network& network,
                              const std::string& front_end, const std::string& simulator) {
  results::Findings findings;
  add_figures(run, front_end, simulator, findings.figures);
  findings.section.title = "Logic '" + network.name + "' by '" + front_end + "'";
  findings.section.items.emplace_back(results::Paragraph{verdict_of(run.equivalence)});
  findings.tables = run.design.tables;
  if (run.checked) {
    findings.section.items.emplace_back(results::Paragraph{run.check.method});
    results::Table table = truth_table(run, network);
    findings.section.items.emplace_back(results::ShownTable{table});
    findings.tables.push_back(std::move(table));
    for (const results::Table& more : run.check.tables) findings.tables.push_back(more);
    for (const results::ReportItem& item : run.check.section.items) {
      findings.section.items.push_back(item);
    }
  }
  for (const results::Table& table : run.design.tables) {
    findings.section.items.emplace_back(results::ShownTable{table});
  }
  findings.numbers_used = uses_table(run.design.uses);
  return findings;
}

}  // namespace neucasl::flow
