#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/network/network.hpp"
#include "neucasl/precision/precision_map.hpp"
#include "neucasl/results/findings.hpp"

/// \file
/// Networks, precision maps and results on disk.

namespace neucasl::io {

/// Network with weights as protobuf (proto/neucasl/network.proto).
NEUCASL_EXPORT std::string encode(const network::Network& network);
/// \throws base::Error "io.network" for bytes that are not a network; "network.shape".
NEUCASL_EXPORT network::Network decode_network(std::string_view bytes, const std::string& file);

/// Precision map as proto3 JSON. \throws base::Error "io.precision-map".
NEUCASL_EXPORT std::string encode_json(const precision::PrecisionMap& map);
NEUCASL_EXPORT precision::PrecisionMap decode_precision_map(std::string_view text,
                                                            const std::string& file);

/// Tables as proto3 JSON and as protobuf bytes; decode reads the bytes.
NEUCASL_EXPORT std::string encode_json(const results::Table& table);
NEUCASL_EXPORT std::string encode(const results::Table& table);
NEUCASL_EXPORT results::Table decode_table(std::string_view bytes);

/// Findings of a stage as protobuf bytes. \throws base::Error "io.findings".
NEUCASL_EXPORT std::string encode(const results::Findings& findings);
NEUCASL_EXPORT results::Findings decode_findings(std::string_view bytes, const std::string& file);

/// A value of a summary: number, text or truth.
struct SummaryEntry {
  std::string key;  ///< Dotted path: "accuracy.float" becomes {"accuracy": {"float": ...}}.
  std::variant<double, std::string, bool> value;
};
/// One JSON object with sorted keys; deterministic. A number that is not finite becomes null.
NEUCASL_EXPORT std::string summary_json(const std::vector<SummaryEntry>& entries);

}  // namespace neucasl::io
