#include "estimator.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "neucasl/base/hash.hpp"
#include "neucasl/base/statistics.hpp"
#include "sample_log.hpp"

namespace neucasl::reliability_plugin {
namespace {

constexpr double confidence = 0.95;

class Campaign {
 public:
  Campaign(const plugin::ReliabilityRequest& request, const plugin::ParameterSet& parameters,
           plugin::Context& context)
      : request_(request),
        context_(context),
        chip_(mapping::read_chip(request.chip)),
        model_(plugin::read_programming_model(request.device, result_.uses)),
        samples_(static_cast<std::size_t>(parameters.integer("samples"))),
        images_(std::min(static_cast<std::size_t>(parameters.integer("images")),
                         request.labels.size())),
        loss_limit_(parameters.si("accuracy_loss_limit")),
        tolerance_(parameters.si("solver_tolerance")) {
    if (!parameters.boolean("stuck_cells")) model_.stuck_on = model_.stuck_off = 0.0;
  }

  plugin::Estimate run() {
    reference_ = accuracy(nullptr, context_.threads);
    draw_samples();
    add_figures();
    add_section();
    return std::move(result_);
  }

 private:
  double accuracy(const network::MatrixBackend* backend, int threads) const {
    const std::size_t size = request_.network.input.size();
    const std::vector<float> scores =
        network::run(request_.network, request_.images.first(images_ * size), images_,
                     {threads, context_.cancel}, backend);
    return network::accuracy(scores, request_.labels.first(images_));
  }

  double sample(std::size_t index) const {
    const mapping::TileMatrices programmed =
        plugin::program_chip(request_.chip, chip_, model_, context_.seed, index);
    const mapping::TileMatrices effective = plugin::effective_matrices(
        chip_, programmed, request_.solver, tolerance_, 1, context_.cancel);
    return accuracy(mapping::analog_backend(request_.network, chip_, effective).get(), 1);
  }

  void draw_samples() {
    // The number of samples is left out: a larger campaign goes on with a smaller one's.
    const std::string key = base::sha256(
        request_.source_key + "\nseed " + std::to_string(context_.seed) + "\nimages " +
        std::to_string(images_) + "\nstuck " + base::shortest(model_.stuck_on + model_.stuck_off) +
        "\ntolerance " + base::shortest(tolerance_));
    SampleLog log(request_.log_folder / ("samples-" + key.substr(0, 16) + ".log"), key);
    accuracy_.assign(samples_, 0.0);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < samples_; ++i) {
      const auto known = log.known().find(i);
      if (known != log.known().end()) {
        accuracy_[i] = known->second;
      } else {
        open.push_back(i);
      }
    }
    std::size_t done = samples_ - open.size();
    std::mutex mutex;
    base::parallel_for(open.size(), context_.threads, context_.cancel, [&](std::size_t k) {
      accuracy_[open[k]] = sample(open[k]);
      log.append(open[k], accuracy_[open[k]]);
      const std::lock_guard lock(mutex);
      ++done;
      if (context_.progress) context_.progress("Monte Carlo", done, samples_);
    });
    log.finish();
  }

  results::Figure figure(const std::string& key, const std::string& label, double value,
                         const std::string& method) const {
    results::Figure f;
    f.key = key;
    f.label = label;
    f.value = value;
    f.as_percent = true;
    f.method = method;
    f.plugin = "reliability";
    f.sources = result_.uses.lines();
    return f;
  }

  void add_figures() {
    const std::string basis = std::to_string(samples_) + " chips, each over " +
                              std::to_string(images_) + " test images, with programming variation" +
                              (model_.stuck_on + model_.stuck_off > 0.0 ? ", stuck cells" : "") +
                              " and wire resistance";
    results::Figure mean =
        figure("reliability.accuracy", "Accuracy over manufactured chips, mean and central 95 %",
               base::mean(accuracy_), basis + "; the interval holds the central 95 % of chips");
    mean.has_interval = true;
    mean.low = base::quantile(accuracy_, 0.5 * (1.0 - confidence));
    mean.high = base::quantile(accuracy_, 0.5 * (1.0 + confidence));
    result_.figures.push_back(mean);

    limit_ = reference_ - loss_limit_;
    const auto good = static_cast<std::uint64_t>(
        std::count_if(accuracy_.begin(), accuracy_.end(), [&](double a) { return a >= limit_; }));
    const base::Interval interval = base::clopper_pearson(good, samples_, confidence);
    results::Figure yield =
        figure("yield", "Yield", static_cast<double>(good) / static_cast<double>(samples_),
               basis + "; a chip is good when it loses no more than " +
                   base::shortest(100.0 * loss_limit_) +
                   " points of accuracy against the float network on the same images; interval "
                   "of Clopper and Pearson");
    yield.has_interval = true;
    yield.low = interval.low;
    yield.high = interval.high;
    result_.figures.push_back(yield);

    results::Table table{"monte_carlo", "Accuracy of each chip", {}};
    std::vector<std::int64_t> index(samples_);
    for (std::size_t i = 0; i < samples_; ++i) index[i] = static_cast<std::int64_t>(i);
    table.add("sample", index).add("accuracy", accuracy_);
    result_.tables.push_back(std::move(table));
  }

  void add_section() {
    results::ReportSection& section = result_.section;
    section.title = "Reliability";
    section.items.emplace_back(results::Paragraph{
        "Every chip has its own programming errors and stuck cells, drawn from the device card. "
        "The float network reaches " +
        base::shortest(100.0 * reference_) + " % on the same images."});
    results::Histogram histogram;
    histogram.caption = "Accuracy of " + std::to_string(samples_) + " chips over " +
                        std::to_string(images_) + " images each.";
    histogram.axis = {"Accuracy", "%", false};
    for (const double a : accuracy_) histogram.samples.push_back(100.0 * a);
    histogram.marks = {{"float", 100.0 * reference_}, {"limit", 100.0 * limit_}};
    section.items.emplace_back(std::move(histogram));
  }

  const plugin::ReliabilityRequest& request_;
  plugin::Context& context_;
  plugin::Estimate result_;
  mapping::ChipView chip_;
  plugin::ProgrammingModel model_;
  std::size_t samples_;
  std::size_t images_;
  double loss_limit_;
  double tolerance_;
  double reference_ = 0.0;
  double limit_ = 0.0;
  std::vector<double> accuracy_;
};

}  // namespace

plugin::Estimate MonteCarloEstimator::run(const plugin::ReliabilityRequest& request,
                                          const plugin::ParameterSet& parameters,
                                          plugin::Context& context) {
  return Campaign(request, parameters, context).run();
}

}  // namespace neucasl::reliability_plugin
