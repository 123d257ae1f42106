#include "mesh_equivalent.hpp"

#include <array>
#include <complex>
#include <string>
#include <utility>

#include "bank_netlist.hpp"
#include "bench_parts.hpp"

namespace neucasl::photonic {
namespace {

using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;
using Number = std::complex<double>;

base::Quantity siemens(double value) { return {value, base::dimension::conductance}; }

/// Real and imaginary part of an amplitude.
struct Line {
  NetRef re, im;
};

class EquivalentWriter {
 public:
  EquivalentWriter(const MeshFactors& factors, const std::vector<double>& inputs, double kept)
      : factors_(factors), inputs_(inputs), kept_(kept) {}

  ir::Design write() {
    design_.name = "mzi_mesh_equivalent";
    source_ = add_voltage_source(design_);
    add_controlled_source();
    add_load();
    ModuleBuilder top(design_, "bench");
    design_.top = top.id();
    ground_ = top.net("ground", Discipline::electrical, 1, true);
    const auto outputs = static_cast<std::uint32_t>(factors_.outputs());
    output_re_ = top.net("output_re", Discipline::electrical, outputs);
    output_im_ = top.net("output_im", Discipline::electrical, outputs);
    std::vector<Line> lines = add_inputs(top);
    add_mesh(top, "right", factors_.right, lines);
    attenuate(top, lines);
    add_mesh(top, "left", factors_.left, lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Line end{bit_of(output_re_, i), bit_of(output_im_, i)};
      add_loads(top, numbered("output", i), end);
      add_product(top, numbered("output", i), 1.0, lines[i], end);
    }
    return std::move(design_);
  }

 private:
  void add_controlled_source() {
    ModuleBuilder builder(design_, "controlled_source", true);
    builder.attribute("element", "voltage_controlled_current_source");
    builder.parameter("transconductance", siemens(1.0));
    for (const char* pin : {"p", "n", "control_p", "control_n"}) {
      builder.port(pin, Discipline::electrical, Direction::inout);
    }
    controlled_ = builder.id();
  }

  void add_load() {
    ModuleBuilder builder(design_, "load", true);
    builder.attribute("element", "conductance");
    builder.parameter("conductance", siemens(1.0));
    for (const char* pin : {"p", "n"}) {
      builder.port(pin, Discipline::electrical, Direction::inout);
    }
    load_ = builder.id();
  }

  void add_loads(ModuleBuilder& top, const std::string& name, const Line& line) {
    top.instance(name + "_load_re", load_, {{"p", line.re}, {"n", ground_}});
    top.instance(name + "_load_im", load_, {{"p", line.im}, {"n", ground_}});
  }

  /// Nodes of an amplitude, with their loads.
  Line new_line(ModuleBuilder& top, const std::string& name) {
    const Line line{top.net(name + "_re", Discipline::electrical),
                    top.net(name + "_im", Discipline::electrical)};
    add_loads(top, name, line);
    return line;
  }

  /// Adds `factor` times the amplitude `from` to `to`.
  void add_product(ModuleBuilder& top, const std::string& name, Number factor, const Line& from,
                   const Line& to) {
    const std::array<std::pair<double, std::pair<NetRef, NetRef>>, 4> parts{
        {{factor.real(), {from.re, to.re}},
         {-factor.imag(), {from.im, to.re}},
         {factor.imag(), {from.re, to.im}},
         {factor.real(), {from.im, to.im}}}};
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const auto& [value, nets] = parts[k];
      if (value == 0.0) continue;
      top.instance(
          numbered(name + "_part", k), controlled_,
          {{"p", ground_}, {"n", nets.second}, {"control_p", nets.first}, {"control_n", ground_}},
          {{"transconductance", siemens(value)}});
    }
  }

  std::vector<Line> add_inputs(ModuleBuilder& top) {
    std::vector<Line> lines;
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      const NetRef input = top.net(numbered("source", k), Discipline::electrical);
      top.instance(numbered("input", k), source_, {{"p", input}, {"n", ground_}},
                   {{"voltage", volts(inputs_[k])}});
      const Line behind = new_line(top, numbered("encoded", k));
      add_product(top, numbered("input_phase", k), std::polar(1.0, factors_.right.input_phases[k]),
                  {input, ground_}, behind);
      lines.push_back(behind);
    }
    return lines;
  }

  void add_mesh(ModuleBuilder& top, const std::string& name, const Mesh& mesh,
                std::vector<Line>& lines) {
    for (std::size_t k = 0; k < mesh.cells.size(); ++k) {
      const MeshCell& cell = mesh.cells[k];
      const Number half = std::polar(1.0, 0.5 * cell.inner);
      const Number g = kept_ * Number(0.0, 1.0) * half;
      const Number e = g * std::polar(1.0, cell.outer);
      const std::string own = numbered(name, k);
      const Line upper = new_line(top, own + "_upper");
      const Line lower = new_line(top, own + "_lower");
      Line& first = lines[static_cast<std::size_t>(cell.line)];
      Line& second = lines[static_cast<std::size_t>(cell.line) + 1];
      add_product(top, own + "_11", e * half.imag(), first, upper);
      add_product(top, own + "_12", e * half.real(), second, upper);
      add_product(top, own + "_21", g * half.real(), first, lower);
      add_product(top, own + "_22", -g * half.imag(), second, lower);
      first = upper;
      second = lower;
    }
  }

  /// The upper output of each attenuator; lines without one are dark or end.
  void attenuate(ModuleBuilder& top, std::vector<Line>& lines) {
    std::vector<Line> behind;
    for (std::size_t k = 0; k < static_cast<std::size_t>(factors_.outputs()); ++k) {
      behind.push_back(new_line(top, numbered("scaled", k)));
      if (k >= factors_.attenuators.size()) continue;
      const Attenuator& one = factors_.attenuators[k];
      const Number half = std::polar(1.0, 0.5 * one.inner);
      add_product(top, numbered("attenuator", k),
                  kept_ * Number(0.0, 1.0) * half * half.imag() * std::polar(1.0, one.outer),
                  lines[k], behind.back());
    }
    lines = std::move(behind);
  }

  const MeshFactors& factors_;
  const std::vector<double>& inputs_;
  double kept_ = 1.0;
  ir::Design design_;
  ir::ModuleId source_, controlled_, load_;
  NetRef ground_, output_re_, output_im_;
};

}  // namespace

ir::Design equivalent_design(const MeshFactors& factors, const std::vector<double>& inputs,
                             double kept) {
  return EquivalentWriter(factors, inputs, kept).write();
}

}  // namespace neucasl::photonic
