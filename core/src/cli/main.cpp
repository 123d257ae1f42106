#include "tool.hpp"

int main(int argc, char** argv) {
  return neucasl::cli::run_tool(neucasl::cli::Arguments(argv + 1, argv + argc), nullptr);
}
