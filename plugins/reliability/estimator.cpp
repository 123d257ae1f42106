#include "estimator.hpp"

#include <algorithm>
#include <mutex>

#include "measures.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/statistics.hpp"
#include "neucasl/plugin/chip_sampler.hpp"
#include "sample_log.hpp"

namespace neucasl::reliability_plugin {
namespace {

constexpr double confidence = 0.95;

std::string percent(double share) { return base::shortest(100.0 * share) + " %"; }

/// Chips with one measure at one time.
struct MeasuredChips {
  Measure measure;
  double time = 0.0;               ///< s since programming
  std::vector<double> accuracy{};  ///< By sample.
  plugin::MitigationCost cost{};   ///< Of chip 0.
  std::uint64_t good = 0;
  base::Interval yield{};
};

class Campaign {
 public:
  Campaign(const plugin::ReliabilityRequest& request, const plugin::ParameterSet& parameters,
           plugin::Context& context)
      : request_(request),
        parameters_(parameters),
        context_(context),
        model_(plugin::read_programming_model(request.device, result_.uses)),
        samples_(static_cast<std::size_t>(parameters.integer("samples"))),
        images_(std::min(static_cast<std::size_t>(parameters.integer("images")),
                         request.labels.size())),
        loss_limit_(parameters.si("accuracy_loss_limit")),
        time_(parameters.si("time")) {
    if (!parameters.boolean("stuck_cells")) model_.stuck_on = model_.stuck_off = 0.0;
    for (Measure& measure : read_measures(parameters)) {
      chips_.push_back({std::move(measure), time_});
    }
    for (const double age : read_ages(parameters)) {
      aged_.push_back({chips_.front().measure, age});
      if (chips_.size() > 1) aged_.push_back({chips_.back().measure, age});
    }
  }

  plugin::Estimate run() {
    sampler_ = std::make_unique<plugin::ChipSampler>(sampled_chips(), sampler_options());
    limit_ = sampler_->float_accuracy() - loss_limit_;
    choose_matrices();
    for (MeasuredChips& chips : chips_) {
      draw_samples(chips);
      chips.cost = sampler_->cost(0, chips.measure.mitigation);
    }
    for (MeasuredChips& chips : aged_) draw_samples(chips);
    add_figures();
    add_tables();
    add_section();
    return std::move(result_);
  }

 private:
  plugin::SampledChips sampled_chips() const {
    return {request_.chip,
            request_.network,
            model_,
            request_.images.first(images_ * request_.network.input.size()),
            request_.labels.first(images_),
            request_.solver};
  }

  plugin::ChipSamplerOptions sampler_options() const {
    plugin::ChipSamplerOptions options;
    options.seed = context_.seed;
    options.time = time_;
    options.tolerance = parameters_.si("solver_tolerance");
    options.exact = parameters_.text("matrices") == "exact";
    options.threads = context_.threads;
    options.cancel = context_.cancel;
    return options;
  }

  /// Compares the first chips, with all measures, with exact solves, and takes these where the
  /// others are too far from them.
  void choose_matrices() {
    matrices_ = "effective matrices by exact solves";
    if (parameters_.text("matrices") == "exact") return;
    const double most = parameters_.si("matrix_error_limit");
    const std::size_t compared =
        std::min(samples_, static_cast<std::size_t>(parameters_.integer("compared_chips")));
    double error = 0.0;
    std::string accuracies;
    std::string tile;
    const auto compare = [&](std::uint64_t sample, double time) {
      const plugin::ChipComparison one =
          sampler_->at(time).compare(sample, chips_.back().measure.mitigation);
      accuracies += (accuracies.empty() ? "" : ", ") + percent(one.accuracy) + " (" +
                    percent(one.exact_accuracy) + ")";
      if (one.matrix_error < error) return;
      error = one.matrix_error;
      tile = one.tile;
    };
    for (std::size_t k = 0; k < compared; ++k) compare(k, time_);
    if (!aged_.empty()) compare(0, aged_.back().time);
    const std::string measured =
        "off by " + base::shortest(error) + " of the largest entry of array '" + tile + "'";
    if (error > most) {
      sampler_->use_exact_solves();
      matrices_ += ", since perturbed ones are " + measured;
      context_.diagnostics->warning(
          "reliability.matrices",
          "perturbed effective matrices are " + measured + ", more than " + base::shortest(most),
          "every array of every chip is solved exactly, which takes longer; or raise "
          "matrix_error_limit",
          parameters_.where("matrix_error_limit"));
      return;
    }
    exact_ = false;
    matrices_ =
        "effective matrices perturbed from the exact ones of the targets, on compared chips " +
        measured + "; accuracy of these (by exact solves): " + accuracies;
  }

  /// Names all that a sample depends on; the number of samples is left out: a larger campaign goes
  /// on with a smaller one's.
  std::string key(const MeasuredChips& chips) const {
    return base::sha256(
        request_.source_key + "\nseed " + std::to_string(context_.seed) + "\nimages " +
        std::to_string(images_) + "\nstuck " + base::shortest(model_.stuck_on + model_.stuck_off) +
        "\ntolerance " + base::shortest(parameters_.si("solver_tolerance")) + "\ntime " +
        base::shortest(chips.time) + "\nmatrices " + (exact_ ? "exact" : "perturbed") +
        ", whole weights\nmitigation " + plugin::to_string(chips.measure.mitigation));
  }

  void draw_samples(MeasuredChips& chips) {
    const plugin::Mitigation& mitigation = chips.measure.mitigation;
    const plugin::ChipSampler sampler = sampler_->at(chips.time);
    const std::string name = key(chips);
    SampleLog log(request_.log_folder / ("samples-" + name.substr(0, 16) + ".log"), name);
    chips.accuracy.assign(samples_, 0.0);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < samples_; ++i) {
      const auto known = log.known().find(i);
      if (known != log.known().end()) {
        chips.accuracy[i] = known->second;
      } else {
        open.push_back(i);
      }
    }
    const std::string what =
        "Monte Carlo" + (chips_.size() == 1 ? std::string() : ", measures: " + chips.measure.name) +
        (aged_.empty() ? std::string() : ", " + base::shortest(chips.time) + " s");
    std::size_t done = samples_ - open.size();
    std::mutex mutex;
    base::parallel_for(open.size(), context_.threads, context_.cancel, [&](std::size_t k) {
      chips.accuracy[open[k]] = sampler.accuracy(open[k], mitigation);
      log.append(open[k], chips.accuracy[open[k]]);
      const std::lock_guard lock(mutex);
      ++done;
      if (context_.progress) context_.progress(what, done, samples_);
    });
    log.finish();
    chips.good = static_cast<std::uint64_t>(
        std::count_if(chips.accuracy.begin(), chips.accuracy.end(),
                      [&](double accuracy) { return accuracy >= limit_; }));
    chips.yield = base::clopper_pearson(chips.good, samples_, confidence);
  }

  results::Figure figure(const std::string& key, const std::string& label, double value,
                         const base::Interval& interval, const std::string& method) const {
    results::Figure f;
    f.key = key;
    f.label = label;
    f.value = value;
    f.as_percent = true;
    f.has_interval = true;
    f.low = interval.low;
    f.high = interval.high;
    f.method = method;
    f.plugin = "reliability";
    f.sources = result_.uses.lines();
    return f;
  }

  double share(std::uint64_t good) const {
    return static_cast<double>(good) / static_cast<double>(samples_);
  }

  void add_figures() {
    const MeasuredChips& chips = chips_.back();
    const std::string measures = plugin::to_string(chips.measure.mitigation);
    const std::string basis = std::to_string(samples_) + " chips, each over " +
                              std::to_string(images_) + " test images, with programming variation" +
                              (model_.stuck_on + model_.stuck_off > 0.0 ? ", stuck cells" : "") +
                              (time_ > 0.0 ? ", drift" : "") + " and wire resistance; " +
                              matrices_ + (chips_.size() > 1 ? "; measures: " + measures : "");
    result_.figures.push_back(figure("reliability.accuracy",
                                     "Accuracy over manufactured chips, mean and central 95 %",
                                     base::mean(chips.accuracy),
                                     {base::quantile(chips.accuracy, 0.5 * (1.0 - confidence)),
                                      base::quantile(chips.accuracy, 0.5 * (1.0 + confidence))},
                                     basis + "; the interval holds the central 95 % of chips"));
    const std::string good = "; a chip is good when it loses no more than " +
                             base::shortest(100.0 * loss_limit_) +
                             " points of accuracy against the float network on the same images; "
                             "interval of Clopper and Pearson";
    result_.figures.push_back(
        figure("yield", "Yield", share(chips.good), chips.yield, basis + good));
    if (chips_.size() == 1) return;
    const MeasuredChips& plain = chips_.front();
    result_.figures.push_back(figure("yield_without_measures", "Yield without measures",
                                     share(plain.good), plain.yield,
                                     "the same chips without measures" + good));
  }

  void add_tables() {
    results::Table table{"monte_carlo", "Accuracy of each chip", {}};
    std::vector<std::int64_t> index(samples_);
    for (std::size_t i = 0; i < samples_; ++i) index[i] = static_cast<std::int64_t>(i);
    table.add("sample", index).add("accuracy", chips_.back().accuracy);
    if (chips_.size() > 1) table.add("accuracy_without_measures", chips_.front().accuracy);
    result_.tables.push_back(std::move(table));
    if (chips_.size() > 1) result_.tables.push_back(measures_table());
    if (!aged_.empty()) result_.tables.push_back(ages_table());
  }

  /// Accuracy and yield against time, without measures and with all of them.
  results::Table ages_table() const {
    std::vector<std::string> names;
    std::vector<double> age, accuracy, yield, low, high;
    for (const MeasuredChips& chips : aged_) {
      names.push_back(chips.measure.name);
      age.push_back(chips.time);
      accuracy.push_back(base::mean(chips.accuracy));
      yield.push_back(share(chips.good));
      low.push_back(chips.yield.low);
      high.push_back(chips.yield.high);
    }
    results::Table table{"yield_by_age", "Accuracy and yield against time since programming", {}};
    table.add("time", age, base::dimension::time)
        .add("measures", names)
        .add("mean_accuracy", accuracy)
        .add("yield", yield)
        .add("yield_low", low)
        .add("yield_high", high);
    return table;
  }

  results::LineChart ages_chart() const {
    results::LineChart chart;
    chart.caption = "Mean accuracy against time since programming.";
    chart.x_axis = {"Time since programming", "s", true};
    chart.y_axis = {"Accuracy", "%", false};
    for (const MeasuredChips& chips : aged_) {
      auto series = std::find_if(chart.series.begin(), chart.series.end(), [&](const auto& one) {
        return one.name == "measures: " + chips.measure.name;
      });
      if (series == chart.series.end()) {
        chart.series.push_back({"measures: " + chips.measure.name, {}, {}});
        series = std::prev(chart.series.end());
      }
      series->x.push_back(chips.time);
      series->y.push_back(100.0 * base::mean(chips.accuracy));
    }
    return chart;
  }

  /// Yield with and without each measure, and what it takes.
  results::Table measures_table() const {
    std::vector<std::string> names;
    std::vector<double> accuracy, yield, low, high, spare, pulses, energy;
    for (const MeasuredChips& chips : chips_) {
      const plugin::MitigationCost& cost = chips.cost;
      names.push_back(chips.measure.name);
      accuracy.push_back(base::mean(chips.accuracy));
      yield.push_back(share(chips.good));
      low.push_back(chips.yield.low);
      high.push_back(chips.yield.high);
      spare.push_back(cost.spare_cells / cost.cells);
      pulses.push_back(cost.pulses / cost.cells);
      energy.push_back(parameters_.si("pulse_energy") * cost.pulses);
    }
    results::Table table{"yield_by_measure", "Yield with and without measures", {}};
    table.add("measure", names)
        .add("mean_accuracy", accuracy)
        .add("yield", yield)
        .add("yield_low", low)
        .add("yield_high", high)
        .add("spare_cells_per_cell", spare)
        .add("pulses_per_cell", pulses);
    if (parameters_.si("pulse_energy") > 0.0) {
      table.add("programming_energy", energy, base::dimension::energy);
    }
    return table;
  }

  void add_section() {
    results::ReportSection& section = result_.section;
    section.title = "Reliability";
    section.items.emplace_back(results::Paragraph{
        "Every chip has its own programming errors and stuck cells, drawn from the device card. "
        "The float network reaches " +
        percent(sampler_->float_accuracy()) + " on the same images. Computed with " + matrices_ +
        "."});
    results::Histogram histogram;
    histogram.caption = "Accuracy of " + std::to_string(samples_) + " chips over " +
                        std::to_string(images_) + " images each" +
                        (chips_.size() > 1 ? ", with all measures." : ".");
    histogram.axis = {"Accuracy", "%", false};
    for (const double a : chips_.back().accuracy) histogram.samples.push_back(100.0 * a);
    histogram.marks = {{"float", 100.0 * sampler_->float_accuracy()}, {"limit", 100.0 * limit_}};
    section.items.emplace_back(std::move(histogram));
    if (!aged_.empty()) section.items.emplace_back(ages_chart());
    if (chips_.size() == 1) return;
    section.items.emplace_back(results::ShownTable{measures_table()});
    results::BarChart bars;
    bars.caption = "Yield without measures, with each alone, and with all of them.";
    bars.axis = {"Yield", "%", false};
    bars.series = {"yield"};
    for (const MeasuredChips& chips : chips_) {
      bars.bars.push_back(chips.measure.name);
      bars.values.push_back({100.0 * share(chips.good)});
    }
    section.items.emplace_back(std::move(bars));
  }

  const plugin::ReliabilityRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  plugin::Estimate result_;
  plugin::ProgrammingModel model_;
  std::size_t samples_;
  std::size_t images_;
  double loss_limit_;
  double time_;
  std::vector<MeasuredChips> chips_;  ///< Without measures first, with all of them last.
  std::vector<MeasuredChips> aged_;   ///< By age the same two, or one.
  std::unique_ptr<plugin::ChipSampler> sampler_;
  bool exact_ = true;
  std::string matrices_;
  double limit_ = 0.0;
};

}  // namespace

plugin::Estimate MonteCarloEstimator::run(const plugin::ReliabilityRequest& request,
                                          const plugin::ParameterSet& parameters,
                                          plugin::Context& context) {
  return Campaign(request, parameters, context).run();
}

}  // namespace neucasl::reliability_plugin
