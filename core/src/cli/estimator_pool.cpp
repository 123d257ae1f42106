#include "estimator_pool.hpp"

namespace neucasl::cli {

EstimatorPool::EstimatorPool(Session& session, const std::string& estimator)
    : session_(session),
      cards_(session.installation.device_folders),
      manifest_(session.host->find(estimator, plugin::PluginKind::performance_estimator)),
      parameters_(manifest_.parameters, {}, "estimator '" + estimator + "'", {}),
      sink_([this](const base::Diagnostic& diagnostic) {
        const std::string place = base::to_string(diagnostic.where);
        if (warned_.insert(diagnostic.code + ' ' + place).second) session_.sink->report(diagnostic);
      }) {
  Object first = take();
  static_cast<void>(plugin::system_estimator(*first));
  give(std::move(first));
}

EstimatorPool::Object EstimatorPool::take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return session_.host->make_performance_estimator(manifest_);
  Object object = std::move(free_.back());
  free_.pop_back();
  return object;
}

void EstimatorPool::give(Object object) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(object));
}

plugin::Estimate EstimatorPool::estimate(const plugin::SystemRequest& request) {
  plugin::Context context;
  context.diagnostics = &sink_;
  context.cancel = session_.cancel;
  context.devices = &cards_;
  context.models = &session_.host->models();
  Object object = take();
  plugin::Estimate result =
      plugin::system_estimator(*object).estimate_system(request, parameters_, context);
  give(std::move(object));
  return result;
}

std::string EstimatorPool::key() const {
  return manifest_.name + ' ' + manifest_.version + '\n' + parameters_.canonical();
}

int jobs_of(const Parsed& parsed) {
  constexpr int most = 1024;
  const int jobs = parsed.get<int>("jobs");
  if (jobs >= 1 && jobs <= most) return jobs;
  throw base::Error("cli.usage", "--jobs is out of range", "give 1 to 1024");
}

plugin::SystemPhase phase_of(const std::string& word, const base::Location& where) {
  for (const plugin::SystemPhase phase :
       {plugin::SystemPhase::inference, plugin::SystemPhase::training}) {
    if (plugin::to_string(phase) == word) return phase;
  }
  throw base::Error("cli.phase", "unknown phase '" + word + "'",
                    base::suggest(word, {"inference", "training"}), where);
}

}  // namespace neucasl::cli
