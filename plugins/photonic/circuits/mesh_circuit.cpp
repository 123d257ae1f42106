#include "mesh_circuit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../optics.hpp"
#include "bench_parts.hpp"
#include "card_values.hpp"
#include "circuit_text.hpp"
#include "given_numbers.hpp"
#include "mesh_equivalent.hpp"
#include "mesh_measurement.hpp"
#include "mesh_netlist.hpp"

namespace neucasl::photonic {
namespace {

class MeshCircuit {
 public:
  MeshCircuit(const plugin::CircuitRequest& request, plugin::Context& context)
      : request_(request), parameters_(request.parameters), context_(context) {}

  plugin::CircuitDesign build() {
    matrix_ = target();
    factors_ = factorise(matrix_);
    read_bench();
    made_ = transfer(factors_, kept_);
    if (equivalent()) {
      measure_equivalent();
    } else if (parameters_.text("inputs") == "vector") {
      measure_vector();
    } else {
      measure_elements();
    }
    add_figures();
    add_tables();
    if (request_.simulator != nullptr && parameters_.text("verification") == "matrix") {
      check(*request_.simulator);
    }
    add_errors();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool equivalent() const { return parameters_.text("form") == "equivalent"; }

  [[nodiscard]] Eigen::MatrixXd target() const {
    if (const std::string& file = parameters_.text("matrix"); !file.empty()) {
      MatrixFile read = read_matrix(file, parameters_.where("matrix"));
      if (read.values.rows() > 256 || read.values.cols() > 256) {
        throw base::Error("photonic.matrix",
                          "the matrix has " + std::to_string(read.values.rows()) + " x " +
                              std::to_string(read.values.cols()) + " elements",
                          "give at most 256 rows and columns", {read.file, 1, 1});
      }
      return std::move(read.values);
    }
    return random_matrix(parameters_.integer("rows"), parameters_.integer("columns"),
                         {-1.0, 1.0, context_.seed, "photonic/mesh_matrix"});
  }

  void read_bench() {
    bench_.interferometer_card = parameters_.text("interferometer");
    if (parameters_.text("detection") == "homodyne") {
      bench_.detector_card = parameters_.text("detector");
      bench_.responsivity = CardValues(*context_.devices, bench_.detector_card, "photodetector",
                                       result_.uses, parameters_.where("detector"))["responsivity"];
    }
    bench_.power = parameters_.si("power");
    bench_.oscillator_power = parameters_.si("oscillator_power");
    const CardValues interferometer(*context_.devices, bench_.interferometer_card,
                                    "mach_zehnder_interferometer", result_.uses,
                                    parameters_.where("interferometer"));
    kept_ = amplitude_of_loss(interferometer["insertion_loss_db"]);
  }

  /// Inputs of the matrix-vector product.
  [[nodiscard]] std::vector<double> vector() const {
    const auto wanted = static_cast<std::size_t>(factors_.inputs());
    if (const std::string& file = parameters_.text("vector"); !file.empty()) {
      const MatrixFile read = read_matrix(file, parameters_.where("vector"));
      const auto size = static_cast<std::size_t>(read.values.size());
      if (size != wanted || (read.values.rows() != 1 && read.values.cols() != 1)) {
        throw base::Error("photonic.vector",
                          "a vector of " + std::to_string(size) + " numbers for a matrix of " +
                              std::to_string(wanted) + " columns",
                          "give one row or column of " + std::to_string(wanted) + " numbers",
                          read.places.front());
      }
      return {read.values.data(), read.values.data() + size};
    }
    const Eigen::MatrixXd drawn =
        random_matrix(1, factors_.inputs(), {-1.0, 1.0, context_.seed, "photonic/mesh_vector"});
    return {drawn.data(), drawn.data() + wanted};
  }

  /// A sweep of one point: the laser has this power.
  void add_point(std::size_t laser, double power) {
    result_.analyses.push_back(point_analysis("laser_" + std::to_string(laser) + ".power", power));
  }

  void measure_vector() {
    bench_.inputs = vector();
    result_.design = mesh_design(factors_, bench_);
    add_point(0, bench_.power * bench_.inputs[0] * bench_.inputs[0]);
    const Eigen::VectorXcd x =
        Eigen::Map<const Eigen::VectorXd>(bench_.inputs.data(), factors_.inputs())
            .cast<std::complex<double>>();
    const Eigen::VectorXcd y = made_ * x;
    for (Eigen::Index i = 0; i < y.size(); ++i) {
      expect_output(0, static_cast<std::size_t>(i), std::to_string(i), y(i), y.norm());
    }
    std::vector<std::int64_t> index;
    for (std::size_t k = 0; k < bench_.inputs.size(); ++k) {
      index.push_back(static_cast<std::int64_t>(k));
    }
    results::Table table;
    table.name = "inputs";
    table.title = "Input vector";
    table.add("input", std::move(index)).add("amplitude", bench_.inputs);
    result_.tables.push_back(std::move(table));
  }

  /// The product by controlled sources.
  void measure_equivalent() {
    const std::vector<double> inputs = vector();
    result_.design = equivalent_design(factors_, inputs, kept_);
    result_.analyses.push_back(point_analysis("input_0", inputs[0]));
    const Eigen::VectorXcd x = Eigen::Map<const Eigen::VectorXd>(inputs.data(), factors_.inputs())
                                   .cast<std::complex<double>>();
    const Eigen::VectorXcd y = made_ * x / factors_.scale;
    const double tolerance = parameters_.si("accuracy") * y.norm();
    const auto outputs = static_cast<std::size_t>(factors_.outputs());
    for (std::size_t i = 0; i < outputs; ++i) {
      const std::string number = std::to_string(i);
      const std::complex<double> value = y(static_cast<Eigen::Index>(i));
      add_expectation(0, "y_re_" + number, bus_bit("output_re", i, outputs),
                      "Amplitude " + number + ", real part", value.real(), tolerance);
      add_expectation(0, "y_im_" + number, bus_bit("output_im", i, outputs),
                      "Amplitude " + number + ", imaginary part", value.imag(), tolerance);
    }
  }

  void measure_elements() {
    bench_.inputs.assign(static_cast<std::size_t>(factors_.inputs()), 0.0);
    result_.design = mesh_design(factors_, bench_);
    for (Eigen::Index k = 0; k < made_.cols(); ++k) {
      add_point(static_cast<std::size_t>(k), bench_.power);
      for (Eigen::Index i = 0; i < made_.rows(); ++i) {
        expect_output(static_cast<std::size_t>(k), static_cast<std::size_t>(i),
                      std::to_string(i) + '_' + std::to_string(k), made_(i, k),
                      made_.col(k).norm());
      }
    }
  }

  /// Real part of an output as its receiver gives it, or both parts of the field.
  void expect_output(std::size_t analysis, std::size_t output, const std::string& suffix,
                     std::complex<double> value, double norm) {
    const auto outputs = static_cast<std::size_t>(factors_.outputs());
    const double accuracy = parameters_.si("accuracy");
    if (!bench_.detector_card.empty()) {
      add_expectation(analysis, "y_" + suffix, bus_bit("result", output, outputs),
                      "Receiver " + std::to_string(output), value.real(), accuracy * norm);
      return;
    }
    const double unit = std::sqrt(bench_.power) / factors_.scale;
    const std::string net = bus_bit("output", output, outputs);
    add_expectation(analysis, "y_re_" + suffix, net + ".re",
                    "Field " + std::to_string(output) + ", real part", unit * value.real(),
                    accuracy * unit * norm);
    add_expectation(analysis, "y_im_" + suffix, net + ".im",
                    "Field " + std::to_string(output) + ", imaginary part", unit * value.imag(),
                    accuracy * unit * norm);
  }

  void add_expectation(std::size_t analysis, const std::string& name, const std::string& node,
                       const std::string& label, double value, double absolute) {
    expect(result_, {name, "max v(" + node + ")", label, value, absolute,
                     "Product of the interferometers' matrices", analysis});
  }

  void add_figure(const std::string& key, const std::string& label, double value,
                  const std::string& method) {
    photonic::add_figure(result_, key, label, value, method);
  }

  void add_figures() {
    add_figure("interferometers", "Interferometers",
               static_cast<double>(factors_.interferometers()),
               "n (n - 1) / 2 for each mesh and one for each singular value");
    add_figure("depth", "Columns of interferometers",
               static_cast<double>(factors_.right.depth() + factors_.left.depth() + 1),
               "Longest path from an input to an output");
    add_figure("scale", "Largest singular value", factors_.scale,
               "The optical part has the matrix over this scale; the receivers' gain restores it");
    const double error = relative_error(made_, matrix_);
    if (kept_ == 1.0) {
      add_figure("reconstruction_error", "Reconstruction error, at most", power_of_ten_above(error),
                 "Frobenius norm of the difference over that of the target, from the phases in "
                 "closed form, rounded up to a power of ten");
    } else {
      add_figure("loss_error", "Relative error by insertion loss", error,
                 "Frobenius norm of the difference over that of the target: interferometers lose, "
                 "and paths pass different numbers of them");
    }
    errors_.push_back({"closed form", error});
  }

  [[nodiscard]] MatrixBench matrix_bench() const {
    MatrixBench bench;
    bench.inputs = factors_.inputs();
    bench.outputs = factors_.outputs();
    const std::vector<double> dark(static_cast<std::size_t>(bench.inputs), 0.0);
    const auto outputs = static_cast<std::size_t>(bench.outputs);
    if (equivalent()) {
      bench.design = equivalent_design(factors_, dark, kept_);
      bench.target = [](std::size_t k) { return "input_" + std::to_string(k); };
      bench.nodes = [outputs](std::size_t i) {
        return std::pair{bus_bit("output_re", i, outputs), bus_bit("output_im", i, outputs)};
      };
      bench.unit = factors_.scale;
      return bench;
    }
    MeshBench lit = bench_;
    lit.inputs = dark;
    bench.design = mesh_design(factors_, lit);
    bench.target = [](std::size_t k) { return "laser_" + std::to_string(k) + ".power"; };
    bench.value = bench_.power;
    bench.nodes = [outputs](std::size_t i) {
      const std::string net = bus_bit("output", i, outputs);
      return std::pair{net + ".re", net + ".im"};
    };
    bench.unit = factors_.scale / std::sqrt(bench_.power);
    return bench;
  }

  /// \throws base::CheckFailed when the simulated matrix is another.
  void check(plugin::CircuitSimulator& simulator) {
    const MeasuredMatrix measured = measure_matrix(matrix_bench(), simulator, context_);
    const double difference = (measured.matrix - made_).norm() / made_.norm();
    const double accuracy = parameters_.si("accuracy");
    if (!(difference <= accuracy)) {
      throw base::CheckFailed("photonic.mesh",
                              "the simulated matrix differs by " + base::shortest(difference) +
                                  " from the product of the interferometers' matrices",
                              "the limit is " + base::shortest(accuracy),
                              parameters_.where("accuracy"));
    }
    const double error = relative_error(measured.matrix, matrix_);
    add_figure("simulated_error", "Error of the simulated matrix, at most",
               power_of_ten_above(error),
               "One operating point for each input: " + measured.method +
                   "; Frobenius norm of the difference from the target over that of the target, "
                   "rounded up to a power of ten");
    errors_.push_back({measured.method, error});
  }

  void add_errors() {
    results::Table table;
    table.name = "reconstruction_errors";
    table.title = "Frobenius norm of matrix minus target over that of the target";
    std::vector<std::string> method;
    std::vector<double> error;
    for (const auto& [name, value] : errors_) {
      method.push_back(name);
      error.push_back(value);
    }
    table.add("method", std::move(method)).add("relative_error", std::move(error));
    result_.tables.push_back(std::move(table));
  }

  void add_tables() {
    results::Table cells;
    cells.name = "interferometers";
    cells.title = "Phases of the interferometers";
    std::vector<std::string> part;
    std::vector<std::int64_t> line, column;
    std::vector<double> inner, outer;
    const auto add = [&](const std::string& name, std::int64_t at, std::int64_t stage, double theta,
                         double phi) {
      part.push_back(name);
      line.push_back(at);
      column.push_back(stage);
      inner.push_back(theta);
      outer.push_back(phi);
    };
    for (const MeshCell& c : factors_.right.cells) {
      add("right", c.line, c.column, c.inner, c.outer);
    }
    for (std::size_t k = 0; k < factors_.attenuators.size(); ++k) {
      const Attenuator& one = factors_.attenuators[k];
      add("attenuator", static_cast<std::int64_t>(k), 0, one.inner, one.outer);
    }
    for (const MeshCell& c : factors_.left.cells) add("left", c.line, c.column, c.inner, c.outer);
    cells.add("part", std::move(part)).add("line", std::move(line));
    cells.add("column", std::move(column));
    cells.add("inner_phase", std::move(inner)).add("outer_phase", std::move(outer));
    result_.tables.push_back(std::move(cells));
  }

  const plugin::CircuitRequest& request_;
  const plugin::ParameterSet& parameters_;
  plugin::Context& context_;
  Eigen::MatrixXd matrix_;
  MeshFactors factors_;
  MeshBench bench_;
  double kept_ = 1.0;      // amplitude behind an interferometer
  Eigen::MatrixXcd made_;  // what its meshes make
  std::vector<std::pair<std::string, double>> errors_;
  plugin::CircuitDesign result_;
};

}  // namespace

plugin::CircuitDesign build_mzi_mesh(const plugin::CircuitRequest& request,
                                     plugin::Context& context) {
  return MeshCircuit(request, context).build();
}

}  // namespace neucasl::photonic
