#pragma once

#include <string>

#include "command.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// What the commands on workloads share: a network by name or as an ONNX file.

namespace neucasl::cli {

/// Options of built-in networks and of files.
void add_workload_options(options::options_description& description);

/// `network` is a name that `workload::named` knows, or a file that ends in ".onnx".
/// \throws base::Error "cli.usage" for an option that does not fit it; as `workload::named` and
/// `io::read_onnx`.
workload::Workload workload_from(const Parsed& parsed, const std::string& network);

/// A network that a file names, without options; an ONNX file may lie beside that file.
/// \throws base::Error as `workload::named`, at `where`, and `io::read_onnx`.
workload::Workload workload_named(const std::string& network, const base::Location& where);

}  // namespace neucasl::cli
