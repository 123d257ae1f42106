#include "accuracy_steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neucasl/base/statistics.hpp"

namespace neucasl::flow {

AccuracySteps::AccuracySteps(Workspace& workspace, const plugin::ParameterSet& parameters,
                             std::size_t expected)
    : workspace_(workspace), expected_(expected) {
  const auto asked = static_cast<std::size_t>(parameters.integer("images"));
  const std::size_t all = workspace.dataset().test.count();
  images_ = asked == 0 ? all : std::min(asked, all);
}

void AccuracySteps::add(const std::string& name, const network::MatrixBackend* backend) {
  const network::LabelledImages& test = workspace_.dataset().test;
  network::RunOptions run;
  run.threads = workspace_.options.threads;
  run.cancel = workspace_.options.cancel;
  const std::vector<float> scores =
      network::run(*workspace_.network, test.slice(0, images_), images_, run, backend);
  names_.push_back(name);
  accuracy_.push_back(network::accuracy(scores, std::span(test.labels).first(images_)));
  if (workspace_.options.progress) {
    workspace_.options.progress("accuracy", names_.size(), expected_);
  }
}

void AccuracySteps::report(const Words& words, const std::string& plugin,
                           const device::UseList& uses, results::Findings& findings) const {
  results::Figure figure = make_figure(words.key, words.label, accuracy_.back(), {},
                                       words.subject + " over " + std::to_string(images_) +
                                           " test images: " + words.method +
                                           "; interval of Clopper and Pearson over the images.",
                                       plugin);
  figure.as_percent = true;
  figure.has_interval = true;
  const base::Interval interval = base::clopper_pearson(
      static_cast<std::uint64_t>(std::llround(accuracy_.back() * static_cast<double>(images_))),
      images_, figure.confidence);
  figure.low = interval.low;
  figure.high = interval.high;
  figure.sources = uses.lines();
  findings.figures.push_back(std::move(figure));

  results::Table table{"accuracy_by_cause", words.table, {}};
  table.add(words.column, names_).add("accuracy", accuracy_);
  results::BarChart chart;
  chart.caption = words.caption;
  chart.axis = {"Accuracy", "%", false};
  chart.series = {"accuracy"};
  chart.bars = names_;
  for (const double accuracy : accuracy_) chart.values.push_back({100.0 * accuracy});
  findings.section.title = words.section;
  findings.section.items.emplace_back(std::move(chart));
  findings.section.items.emplace_back(results::ShownTable{table});
  findings.tables.push_back(std::move(table));
}

plugin::ParameterSpec images_parameter() {
  return {"images", plugin::ParameterType::integer, "",   "0", 0, 1e6,
          {},       "test images; 0: all",          false};
}

plugin::ParameterSpec converter_noise_parameter() {
  return {"converter_noise",
          plugin::ParameterType::quantity,
          "1",
          "0",
          0.0,
          1e6,
          {},
          "root mean square of the converter's noise in its steps",
          false};
}

}  // namespace neucasl::flow
