#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// \file
/// Reads the tables of `tests/photonic/reference`.

namespace neucasl::photonic {

/// Numbers of a text file with comments '#' and '!', by row.
inline std::vector<std::vector<double>> read_numbers(const std::string& name) {
  std::ifstream file(std::string(NEUCASL_TEST_DATA) + "/photonic/reference/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::vector<std::vector<double>> rows;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#' || line[0] == '!') continue;
    for (char& c : line) {
      if (c == ',') c = ' ';
    }
    std::istringstream words(line);
    rows.emplace_back();
    double value = 0.0;
    while (words >> value) rows.back().push_back(value);
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

}  // namespace neucasl::photonic
