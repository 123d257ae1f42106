#pragma once

#include "neucasl/cells/logic_design.hpp"
#include "neucasl/cells/sheet.hpp"
#include "neucasl/cells/standard_cells.hpp"
#include "tests/engines/session.hpp"

namespace neucasl::cells {

/// Pairs of both technologies, with the manifests' parameters.
class CellSession : public engines::Session {
 protected:
  using Given = std::vector<plugin::ParameterSet::Given>;

  plugin::ParameterSet parameters(const std::string& technology, const Given& given = {}) {
    const plugin::Manifest manifest = host_.find(technology, plugin::PluginKind::front_end);
    return {*manifest.logic, given, technology, {}};
  }
  TransistorPair pair(const std::string& technology, const Given& given = {}) {
    return transistor_pair(parameters(technology, given), technology == "cnt" ? "tubes" : "fins",
                           cards_, host_.models());
  }
  std::string code_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
    return "none";
  }
};

inline const std::vector<std::string> technologies = {"finfet", "cnt"};

}  // namespace neucasl::cells
