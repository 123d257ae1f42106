#pragma once

#include <string>

#include "command.hpp"
#include "neucasl/workload/workload.hpp"

/// \file
/// What the commands on workloads share: a network by name, as an ONNX file or a checkpoint.

namespace neucasl::cli {

/// Options of built-in networks and of files.
void add_workload_options(options::options_description& description);

/// `network` is a name that `workload::named` knows, a file that ends in ".onnx", or the folder of
/// a checkpoint. \throws base::Error "cli.usage" for an option that does not fit it; as
/// `workload::named`, `io::read_onnx` and `io::read_checkpoint`.
workload::Workload workload_from(const Parsed& parsed, const std::string& network);

/// A network that a file names, without options; an ONNX file or checkpoint may lie beside it.
/// \throws base::Error as `workload::named`, at `where`, `io::read_onnx` and
/// `io::read_checkpoint`.
workload::Workload workload_named(const std::string& network, const base::Location& where);

}  // namespace neucasl::cli
