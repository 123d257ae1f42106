#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "command.hpp"
#include "neucasl/plugin/system_estimator.hpp"

/// \file
/// System estimates from several threads at once.

namespace neucasl::cli {

/// As many objects of an estimator plugin as threads use at the same time.
class EstimatorPool {
 public:
  /// Parameters of the estimator are its defaults.
  /// \throws base::Error for an unknown plugin, or one that is no system estimator.
  EstimatorPool(Session& session, const std::string& estimator);

  /// Thread-safe. \throws base::Error as plugin::SystemEstimator.
  [[nodiscard]] plugin::Estimate estimate(const plugin::SystemRequest& request);
  /// Name and version of the plugin, and its parameters.
  [[nodiscard]] std::string key() const;

 private:
  using Object = std::unique_ptr<plugin::PerformanceEstimator>;
  Object take();
  void give(Object object);

  Session& session_;
  device::Library cards_;
  plugin::Manifest manifest_;
  plugin::ParameterSet parameters_;
  std::mutex mutex_;
  std::vector<Object> free_;
  /// Estimates that differ in a number warn of the same place: the first of each is passed on.
  std::set<std::string> warned_;
  base::DiagnosticSink sink_;
};

/// --jobs. \throws base::Error "cli.usage" when it is out of range.
int jobs_of(const Parsed& parsed);

/// "inference", "training".
/// \throws base::Error "cli.phase" for another word, with the nearest, at `where`.
plugin::SystemPhase phase_of(const std::string& word, const base::Location& where);

}  // namespace neucasl::cli
