#include "neucasl/flow/spiking_run.hpp"

#include <algorithm>
#include <charconv>

#include "neucasl/io/design_file.hpp"
#include "neucasl/ir/verifier.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using mapping::NeuronPopulation;

/// Spikes that a chart can show.
constexpr std::size_t most_points = 5000;

std::string_view name_of(mapping::NeuronKind kind) {
  switch (kind) {
    case mapping::NeuronKind::leaky:
      return "leaky integrate-and-fire";
    case mapping::NeuronKind::adaptive:
      return "adaptive integrate-and-fire";
    case mapping::NeuronKind::poisson_source:
      return "Poisson source";
    case mapping::NeuronKind::spike_list:
      return "spike list";
  }
  return "";
}

std::size_t population_of(const SpikingRun& run, std::uint32_t neuron) {
  const auto& first = run.result.first;
  return static_cast<std::size_t>(std::upper_bound(first.begin(), first.end(), neuron) -
                                  first.begin()) -
         1;
}

std::vector<std::size_t> spike_counts(const SpikingRun& run) {
  std::vector<std::size_t> counts(run.network.populations.size(), 0);
  for (const plugin::Spike& spike : run.result.spikes) ++counts[population_of(run, spike.neuron)];
  return counts;
}

double rate_of(const SpikingRun& run, std::size_t population, std::size_t spikes) {
  return static_cast<double>(spikes) /
         (static_cast<double>(run.network.populations[population].size) * run.options.duration);
}

std::string probe_name(const SpikingRun& run, const plugin::NeuronRef& probe) {
  return run.network.populations[probe.population].name + "_" + std::to_string(probe.index);
}

void check_probe(const std::string& item, const NeuronPopulation& population,
                 const plugin::NeuronRef& probe, const std::vector<plugin::NeuronRef>& before,
                 const base::Location& where) {
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    throw base::Error("spiking.probe", "'" + item + "' " + what, remedy, where);
  };
  if (!population.is_neuron()) {
    refuse("is a source, which has no potential", "probe neurons");
  }
  if (probe.index >= population.size) {
    refuse("is not there: population '" + population.name + "' has " +
               std::to_string(population.size) + " members",
           "they count from 0");
  }
  for (const plugin::NeuronRef& one : before) {
    if (one.population == probe.population && one.index == probe.index) {
      refuse("is named twice", "name each neuron once");
    }
  }
}

struct MeanConductance {
  double before = 0.0;
  double after = 0.0;
};

MeanConductance mean_conductance(const SpikingRun& run, std::size_t projection) {
  const std::vector<double>& before = run.network.projections[projection].weight;
  const std::vector<double>& after = run.result.conductance[projection];
  MeanConductance sum;
  double count = 0.0;
  for (std::size_t copy = 0; copy < before.size(); ++copy) {
    if (before[copy] == 0.0) continue;
    sum.before += before[copy];
    sum.after += after[copy];
    count += 1.0;
  }
  return count > 0.0 ? MeanConductance{sum.before / count, sum.after / count} : MeanConductance{};
}

results::LineChart spike_chart(const SpikingRun& run) {
  results::LineChart chart;
  const std::size_t shown = std::min(most_points, run.result.spikes.size());
  chart.caption = shown < run.result.spikes.size()
                      ? "The first " + std::to_string(shown) + " spikes."
                      : "Spikes.";
  chart.x_axis = {"Time", "s", false};
  chart.y_axis = {"Neuron, counted through the populations", "", false};
  for (std::size_t p = 0; p < run.network.populations.size(); ++p) {
    results::LineSeries series{run.network.populations[p].name, {}, {}, true};
    for (std::size_t k = 0; k < shown; ++k) {
      const plugin::Spike& spike = run.result.spikes[k];
      if (population_of(run, spike.neuron) != p) continue;
      series.x.push_back(spike.time);
      series.y.push_back(static_cast<double>(spike.neuron));
    }
    if (!series.x.empty()) chart.series.push_back(std::move(series));
  }
  return chart;
}

results::LineChart potential_chart(const SpikingRun& run) {
  results::LineChart chart;
  chart.caption = "Membrane potentials.";
  chart.x_axis = {"Time", "s", false};
  chart.y_axis = {"Potential", "mV", false};
  for (std::size_t k = 0; k < run.options.probes.size(); ++k) {
    results::LineSeries series{probe_name(run, run.options.probes[k]), run.result.sample_time,
                               run.result.potential[k], false};
    for (double& value : series.y) value *= 1e3;
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

mapping::SpikingNetwork load_spiking_network(const std::filesystem::path& file,
                                             const device::Library& devices,
                                             device::UseList& uses) {
  const ir::Design design = io::read_design(file);
  base::DiagnosticSink sink;
  ir::verify(design, sink);
  sink.throw_if_error();
  return mapping::read_spiking_network(design, &devices, uses);
}

std::vector<plugin::NeuronRef> parse_probes(const std::string& text,
                                            const mapping::SpikingNetwork& network,
                                            const base::Location& where) {
  std::vector<plugin::NeuronRef> probes;
  if (text.find_first_not_of(' ') == std::string::npos) return probes;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string item = text.substr(at, end - at);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    at = end + 1;
    const std::size_t open = item.find('[');
    plugin::NeuronRef probe;
    const char* const last = item.data() + item.size();
    const auto [rest, code] = open == std::string::npos
                                  ? std::from_chars_result{last, std::errc::invalid_argument}
                                  : std::from_chars(item.data() + open + 1, last, probe.index);
    if (code != std::errc{} ||
        std::string_view(rest, static_cast<std::size_t>(last - rest)) != "]") {
      throw base::Error("spiking.probe", "'" + item + "' names no neuron",
                        "write population[index], such as cells[0]", where);
    }
    probe.population = network.find_population(item.substr(0, open));
    check_probe(item, network.populations[probe.population], probe, probes, where);
    probes.push_back(probe);
  }
  return probes;
}

results::Table spike_table(const SpikingRun& run) {
  std::vector<double> time;
  std::vector<std::string> population;
  std::vector<std::int64_t> index;
  for (const plugin::Spike& spike : run.result.spikes) {
    const std::size_t p = population_of(run, spike.neuron);
    time.push_back(spike.time);
    population.push_back(run.network.populations[p].name);
    index.push_back(static_cast<std::int64_t>(spike.neuron - run.result.first[p]));
  }
  results::Table table{"spikes", "Spikes", {}};
  table.add("time", std::move(time), base::dimension::time)
      .add("population", std::move(population))
      .add("index", std::move(index));
  return table;
}

results::Table rate_table(const SpikingRun& run) {
  const std::vector<std::size_t> counts = spike_counts(run);
  std::vector<std::string> population, kind;
  std::vector<std::int64_t> members, spikes;
  std::vector<double> rate;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    const NeuronPopulation& one = run.network.populations[p];
    population.push_back(one.name);
    kind.emplace_back(name_of(one.kind));
    members.push_back(static_cast<std::int64_t>(one.size));
    spikes.push_back(static_cast<std::int64_t>(counts[p]));
    rate.push_back(rate_of(run, p, counts[p]));
  }
  results::Table table{"rates", "Spike rates by population", {}};
  table.add("population", population).add("kind", kind).add("members", members);
  table.add("spikes", spikes).add("rate", rate, base::dimension::frequency);
  return table;
}

results::Table potential_table(const SpikingRun& run) {
  results::Table table{"potentials", "Membrane potentials", {}};
  table.add("time", run.result.sample_time, base::dimension::time);
  for (std::size_t k = 0; k < run.options.probes.size(); ++k) {
    table.add(probe_name(run, run.options.probes[k]), run.result.potential[k],
              base::dimension::voltage);
  }
  return table;
}

results::Table conductance_table(const SpikingRun& run, std::size_t index) {
  const mapping::SynapseProjection& projection = run.network.projections[index];
  std::vector<std::int64_t> source, target;
  std::vector<double> before, after;
  for (std::size_t copy = 0; copy < projection.weight.size(); ++copy) {
    if (projection.weight[copy] == 0.0) continue;
    source.push_back(static_cast<std::int64_t>(copy / projection.columns));
    target.push_back(projection.target_of(copy));
    before.push_back(projection.weight[copy]);
    after.push_back(run.result.conductance[index][copy]);
  }
  results::Table table{"conductance_" + projection.name, "Conductances of " + projection.name, {}};
  table.add("source", source).add("target", target);
  table.add("before", before, base::dimension::conductance);
  table.add("after", after, base::dimension::conductance);
  return table;
}

results::Findings to_findings(const SpikingRun& run, const std::string& plugin) {
  results::Findings findings;
  const std::vector<std::size_t> counts = spike_counts(run);
  const auto add = [&](const std::string& key, const std::string& label, double value,
                       const base::Dimension& dimension, const std::string& method) {
    findings.figures.push_back(
        make_figure("spiking." + key, label, value, dimension, method, plugin));
  };
  for (std::size_t p = 0; p < counts.size(); ++p) {
    const std::string& name = run.network.populations[p].name;
    add("rate_" + name, "Spike rate of " + name, rate_of(run, p, counts[p]),
        base::dimension::frequency, "Spikes over members and simulated time; " + run.method);
  }
  for (std::size_t k = 0; k < run.network.projections.size(); ++k) {
    if (!run.network.projections[k].memristive) continue;
    const std::string& name = run.network.projections[k].name;
    const MeanConductance mean = mean_conductance(run, k);
    add("conductance_before_" + name, "Mean conductance of " + name + " before", mean.before,
        base::dimension::conductance, "As the netlist asks");
    add("conductance_after_" + name, "Mean conductance of " + name + " after", mean.after,
        base::dimension::conductance, "Programmed, and changed by plasticity");
    findings.tables.push_back(conductance_table(run, k));
  }
  add("events", "Synaptic events", static_cast<double>(run.result.synaptic_events), {},
      "Charges delivered to neurons");
  findings.tables.push_back(rate_table(run));
  findings.tables.push_back(spike_table(run));
  if (!run.options.probes.empty()) findings.tables.push_back(potential_table(run));
  findings.section.title = "Spiking network";
  findings.section.items.emplace_back(
      results::Paragraph{"Network " + run.network.name + ", " +
                         std::to_string(run.network.synapses()) + " synapses, simulated for " +
                         base::to_engineering({run.options.duration, base::dimension::time}) +
                         ": " + run.method + "."});
  findings.section.items.emplace_back(results::ShownTable{rate_table(run)});
  if (!run.result.spikes.empty()) findings.section.items.emplace_back(spike_chart(run));
  if (!run.options.probes.empty()) findings.section.items.emplace_back(potential_chart(run));
  findings.numbers_used = uses_table(run.uses);
  return findings;
}

}  // namespace neucasl::flow
