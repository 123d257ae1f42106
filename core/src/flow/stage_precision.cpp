#include "neucasl/base/file.hpp"
#include "stage.hpp"

namespace neucasl::flow {
namespace {

using plugin::ParameterType;

class PrecisionStage final : public Stage {
 public:
  explicit PrecisionStage(plugin::ParameterSet parameters) : parameters_(std::move(parameters)) {}

  std::vector<InputFile> inputs(Workspace& workspace) override {
    const std::filesystem::path file = workspace.file_of(parameters_, "map");
    if (file.empty()) return {};
    const InputFile input = file_input("precision map", file, parameters_.where("map"));
    // The names and bits are known before training, so a wrong map fails at once.
    read_map(file).check(network::lenet5());
    return {input};
  }

  results::Findings run(Workspace& workspace, const std::filesystem::path& /*folder*/,
                        const std::string& /*key*/) override {
    const std::filesystem::path file = workspace.file_of(parameters_, "map");
    workspace.precision =
        file.empty() ? precision::uniform(*workspace.network,
                                          static_cast<int>(parameters_.integer("weight_bits")),
                                          static_cast<int>(parameters_.integer("activation_bits")))
                     : read_map(file);
    workspace.precision->check(*workspace.network);
    return report(workspace);
  }

  void store(const Workspace& workspace, const std::filesystem::path& folder) override {
    base::write_file(folder / "precision.pmap.json", io::encode_json(*workspace.precision));
  }
  void load(Workspace& workspace, const std::filesystem::path& folder) override {
    workspace.precision = read_map(folder / "precision.pmap.json");
  }

 private:
  static precision::PrecisionMap read_map(const std::filesystem::path& file) {
    return io::decode_precision_map(base::read_file(file), file.string());
  }

  static results::Findings report(const Workspace& workspace) {
    std::vector<std::string> layers;
    std::vector<std::int64_t> weights, weight_bits, activation_bits;
    for (const network::LayerId id : workspace.network->matrix_layers()) {
      const network::Layer& layer = workspace.network->layers[id];
      const precision::LayerPrecision& bits = workspace.precision->at(layer.name);
      layers.push_back(layer.name);
      weights.push_back(static_cast<std::int64_t>(layer.weight.size()));
      weight_bits.push_back(bits.weight_bits);
      activation_bits.push_back(bits.activation_bits);
    }
    results::Table table{"precision", "Precision map, method " + workspace.precision->method, {}};
    table.add("layer", layers)
        .add("weights", weights)
        .add("weight_bits", weight_bits)
        .add("activation_bits", activation_bits);
    results::Findings findings;
    findings.section.title = "Precision map";
    findings.section.items.emplace_back(results::ShownTable{table});
    findings.tables.push_back(std::move(table));
    findings.numbers_used = uses_table({});
    return findings;
  }

  plugin::ParameterSet parameters_;
};

}  // namespace

StageKind precision_stage() {
  StageKind kind;
  kind.kind = "precision";
  kind.summary = "Chooses the bits of each layer, or reads a precision map.";
  kind.takes = {Artifact::network};
  kind.makes = Artifact::precision;
  kind.parameters = {
      {"map",
       ParameterType::text,
       "",
       "",
       {},
       {},
       {},
       "file of a precision map (*.pmap.json); empty: the same bits everywhere",
       true},
      {"weight_bits",
       ParameterType::integer,
       "",
       "8",
       precision::least_bits,
       precision::most_bits,
       {},
       "bits of each weight, with its sign",
       false},
      {"activation_bits",
       ParameterType::integer,
       "",
       "8",
       precision::least_bits,
       precision::most_bits,
       {},
       "bits of each activation",
       false},
  };
  kind.make = [](plugin::ParameterSet parameters, const std::optional<plugin::Manifest>&) {
    return std::unique_ptr<Stage>(new PrecisionStage(std::move(parameters)));
  };
  return kind;
}

}  // namespace neucasl::flow
