#include "network_choice.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/network/training.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

class NetworkStage final : public Stage {
 public:
  explicit NetworkStage(plugin::ParameterSet parameters) : parameters_(std::move(parameters)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    workspace.dataset_name = parameters_.text("dataset");
    workspace.dataset_where = parameters_.where("dataset");
    // The checksums of a known data set are pinned, so its name stands for its content. Loading it
    // here shows before anything runs that it is there and intact.
    static_cast<void>(workspace.dataset());
    const std::filesystem::path weights = workspace.file_of(parameters_, "weights");
    if (weights.empty()) return {};
    return {file_input("weights", weights, parameters_.where("weights"))};
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& /*folder*/,
                        const std::string& /*key*/) override {
    const network::Dataset& dataset = workspace.dataset();
    network::Network network = untrained_network(parameters_, dataset);
    std::vector<network::EpochSummary> history;
    const std::filesystem::path file = workspace.file_of(parameters_, "weights");
    if (file.empty()) {
      const auto wanted = static_cast<std::size_t>(parameters_.integer("training_images"));
      network::Dataset part;
      if (wanted > 0) {
        part = dataset;
        keep_first(part.training, wanted);
      }
      training_images_ = (wanted > 0 ? part : dataset).training.count();
      history = network::train(network, wanted > 0 ? part : dataset,
                               descent_options(parameters_, workspace));
    } else {
      network::Network stored = io::decode_network(base::read_file(file), file.string());
      if (stored.name != network.name) {
        throw base::Error("flow.weights",
                          "'" + file.string() + "' is of network '" + stored.name + "'",
                          "give weights of '" + network.name + "'", parameters_.where("weights"));
      }
      network = std::move(stored);
    }
    workspace.network = std::move(network);
    return report(workspace, history);
  }

  void store(const Workspace& workspace, const std::filesystem::path& folder) override {
    base::write_file(folder / "network.pb", io::encode(*workspace.network));
  }
  void load(Workspace& workspace, const std::filesystem::path& folder) override {
    const std::filesystem::path file = folder / "network.pb";
    workspace.network = io::decode_network(base::read_file(file), file.string());
  }

 private:
  results::Findings report(Workspace& workspace,
                           const std::vector<network::EpochSummary>& history) const {
    const network::LabelledImages& test = workspace.dataset().test;
    const std::vector<float> scores =
        network::run(*workspace.network, test.pixels, test.count(),
                     {workspace.options.threads, workspace.options.cancel});
    results::Findings findings;
    results::Figure figure =
        make_figure("accuracy.float", "Accuracy of the float network",
                    network::accuracy(scores, test.labels), {},
                    "Share of the " + std::to_string(test.count()) + " test images of " +
                        workspace.dataset_name + " classified right in 32-bit floating point",
                    "network");
    figure.as_percent = true;
    findings.figures.push_back(std::move(figure));
    findings.section.title = "Network";
    findings.section.items.emplace_back(results::Paragraph{
        "Network " + workspace.network->name + ", data set " + workspace.dataset_name + ", " +
        (training_images_ > 0 ? std::to_string(training_images_) + " training and " : "") +
        std::to_string(test.count()) + " test images."});
    if (!history.empty()) add_history(history, findings);
    findings.numbers_used = uses_table({});
    return findings;
  }

  static void add_history(const std::vector<network::EpochSummary>& history,
                          results::Findings& findings) {
    std::vector<std::int64_t> epoch;
    std::vector<double> x, loss, training, test;
    for (std::size_t i = 0; i < history.size(); ++i) {
      epoch.push_back(static_cast<std::int64_t>(i) + 1);
      x.push_back(static_cast<double>(i) + 1.0);
      loss.push_back(history[i].loss);
      training.push_back(history[i].training_accuracy);
      test.push_back(history[i].test_accuracy);
    }
    results::Table table{"training", "Training by epoch", {}};
    table.add("epoch", epoch)
        .add("loss", loss)
        .add("training_accuracy", training)
        .add("test_accuracy", test);
    findings.tables.push_back(std::move(table));
    if (history.size() == 1) return;  // no curve
    results::LineChart chart;
    chart.caption = "Accuracy during training.";
    chart.x_axis = {"Epoch", "", false};
    chart.y_axis = {"Accuracy", "%", false};
    for (double& value : training) value *= 100.0;
    for (double& value : test) value *= 100.0;
    chart.series = {{"training", x, training, false}, {"test", x, test, false}};
    findings.section.items.emplace_back(std::move(chart));
  }

  plugin::ParameterSet parameters_;
  std::size_t training_images_ = 0;  ///< None with stored weights.
};

}  // namespace

StageKind network_stage() {
  StageKind kind;
  kind.kind = "network";
  kind.summary = "Trains a network on a data set, or reads stored weights.";
  kind.makes = Artifact::network;
  kind.parameters = network_parameters();
  kind.parameters.push_back({"weights",
                             ParameterType::text,
                             "",
                             "",
                             {},
                             {},
                             {},
                             "file of stored weights (network.pb of an earlier run); empty: train",
                             true});
  for (plugin::ParameterSpec& spec : descent_parameters()) {
    kind.parameters.push_back(std::move(spec));
  }
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>&) {
    return std::unique_ptr<Stage>(new NetworkStage(std::move(parameters)));
  };
  return kind;
}

}  // namespace neucasl::flow
