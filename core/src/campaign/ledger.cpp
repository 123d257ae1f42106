#include "ledger.hpp"

#include "messages.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::campaign {

Ledger::Ledger(const std::filesystem::path& log, const std::string& key, bool resume,
               std::size_t outputs)
    : path_(log), outputs_(outputs) {
  if (log.empty()) return;
  if (log.has_parent_path()) {
    std::error_code code;
    std::filesystem::create_directories(log.parent_path(), code);
  }
  log_.emplace(log, key, base::RecordLog::Form{"neucasl-campaign", "campaign.log", "campaign"});
  if (!resume && !log_->records().empty()) {
    throw base::Error("campaign.log",
                      "'" + log.string() + "' holds " + std::to_string(log_->records().size()) +
                          " finished units of this campaign",
                      "give --resume to go on with them, or another output folder");
  }
}

namespace {

/// Names the points of a unit that a method chose, in its record.
std::string point_name(const Unit& unit) {
  if (unit.normals.empty()) return {};
  return base::sha256({reinterpret_cast<const char*>(unit.normals.data()),
                       unit.normals.size() * sizeof(double)})
             .substr(0, 16) +
         ' ';
}

}  // namespace

std::optional<UnitOutcome> Ledger::known(const Unit& unit) const {
  if (!log_) return std::nullopt;
  const auto found = log_->records().find(unit.first);
  if (found == log_->records().end()) return std::nullopt;
  const std::string name = point_name(unit);
  if (!found->second.starts_with(name)) {
    throw base::Error(
        "campaign.log", "the log has another point as sample " + std::to_string(unit.first),
        "delete the log: it was written by another version of the method", {path_.string(), 0, 0});
  }
  UnitOutcome outcome =
      parse_record(found->second.substr(name.size()), outputs_, {path_.string(), 0, 0});
  // The last unit of a shorter campaign is done again, of a longer one its beginning counts.
  if (outcome.size() < unit.count) return std::nullopt;
  outcome.resize(unit.count);
  return outcome;
}

std::vector<UnitOutcome> Ledger::outcomes(std::span<const Unit> units, WorkerPool& pool,
                                          const std::function<void(std::size_t)>& progress) {
  std::vector<UnitOutcome> outcomes(units.size());
  std::vector<Unit> open;
  std::vector<std::size_t> index;
  std::size_t done = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (auto outcome = known(units[i])) {
      outcomes[i] = std::move(*outcome);
      done += units[i].count;
    } else {
      open.push_back(units[i]);
      index.push_back(i);
    }
  }
  progress(done);
  pool.run(open, [&](std::size_t unit, UnitOutcome outcome) {
    if (log_) log_->append(open[unit].first, point_name(open[unit]) + to_record(outcome));
    done += open[unit].count;
    outcomes[index[unit]] = std::move(outcome);
    progress(done);
  });
  return outcomes;
}

void Ledger::finish() {
  if (log_) log_->finish();
}

}  // namespace neucasl::campaign
