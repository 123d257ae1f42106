#include "neucasl/base/file.hpp"
#include "neucasl/logic/readers.hpp"

namespace neucasl::logic {

Network read_logic(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending != ".blif" && ending != ".eqn" && ending != ".truth") {
    throw base::Error("logic.format", "cannot tell the format of '" + file.string() + "'",
                      "name the file .blif, .eqn or .truth");
  }
  const std::string text = base::read_file(file);
  if (ending == ".blif") return parse_blif(text, file.string());
  if (ending == ".eqn") return parse_equations(text, file.string());
  return parse_truth_table(text, file.string());
}

}  // namespace neucasl::logic
