#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "neucasl/ir/design.hpp"

/// \file
/// Builds modules by name. Mistakes of the caller (an unknown port, a repeated name) throw at once,
/// so a front end fails where it is wrong; the verifier still runs afterwards.

namespace neucasl::ir {

/// A net, or the bits of a bus that start at `bit`.
struct NetRef {
  NetId net;
  std::uint32_t bit = 0;
};

/// Adds one module to a design. Keep one builder at a time for a design.
class NEUCASL_EXPORT ModuleBuilder {
 public:
  /// \throws base::Error "ir.name" when the design has a module of this name.
  ModuleBuilder(Design& design, std::string name, bool primitive = false,
                const base::Location& where = {});

  [[nodiscard]] ModuleId id() const { return id_; }
  NetRef port(std::string name, Discipline discipline, Direction direction,
              std::uint32_t width = 1);
  NetRef net(std::string name, Discipline discipline, std::uint32_t width = 1, bool ground = false);
  void parameter(std::string name, Value default_value);
  void attribute(std::string name, std::string value);
  TableId table(std::string name, std::uint32_t rows, std::uint32_t columns,
                const base::Dimension& dimension, std::vector<double> values);

  using Connections = std::vector<std::pair<std::string, NetRef>>;
  using Parameters = std::vector<std::pair<std::string, Value>>;
  /// \throws base::Error "ir.port" for a port that the master does not have.
  void instance(std::string name, ModuleId master, const Connections& connections,
                const Parameters& parameters = {});

  struct Pin {
    std::string port;
    NetRef net;
    std::int64_t row_stride = 0;
    std::int64_t column_stride = 0;
  };
  void array(std::string name, ModuleId master, std::uint32_t rows, std::uint32_t columns,
             const std::vector<Pin>& pins, const Parameters& parameters = {});

 private:
  [[nodiscard]] Module& module() { return design_.module(id_); }
  [[nodiscard]] std::uint32_t port_of(ModuleId master, const std::string& port) const;
  [[nodiscard]] std::vector<Parameter> parameters_of(const Parameters& parameters) const;

  Design& design_;
  ModuleId id_;
  LocationId where_;
};

}  // namespace neucasl::ir
