#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "neucasl/ir/design.hpp"
#include "neucasl/ir/spice_parser.hpp"

/// \file
/// Designs on disk: .ncir text, .pb protobuf, .json proto3 JSON, .cir SPICE decks; and, for
/// reading, logic functions: .blif, .eqn, .truth.

namespace neucasl::io {

struct EncodeOptions {
  /// Keep source locations. Off by default, so that the three forms of a design are the same
  /// whichever way it was converted.
  bool locations = false;
};

/// Deterministic protobuf bytes (proto/neucasl/design.proto).
NEUCASL_EXPORT std::string encode(const ir::Design& design, const EncodeOptions& options = {});
/// \throws base::Error "io.design" for bytes that are not a design.
NEUCASL_EXPORT ir::Design decode(std::string_view bytes, const std::string& file = "<bytes>");

NEUCASL_EXPORT std::string encode_json(const ir::Design& design, const EncodeOptions& options = {});
/// \throws base::Error "io.design" with what the JSON reader found.
NEUCASL_EXPORT ir::Design decode_json(std::string_view text, const std::string& file = "<json>");

/// Reads by file ending (.ncir, .pb, .json, .cir, .blif, .eqn, .truth). Not verified. Of a deck,
/// what is no netlist (analyses, measurements) is left out; `devices` are those that its N, D and M
/// elements may name. A logic function becomes a module of digital nets (logic/design.hpp).
/// \throws base::Error "io.format" for another ending; as the readers.
NEUCASL_EXPORT ir::Design read_design(const std::filesystem::path& file,
                                      const ir::SpiceDevices* devices = nullptr);
/// Writes by file ending (.ncir, .pb, .json, .cir).
NEUCASL_EXPORT void write_design(const std::filesystem::path& file, const ir::Design& design,
                                 const EncodeOptions& options = {});

}  // namespace neucasl::io
