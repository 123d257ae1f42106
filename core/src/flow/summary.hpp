#pragma once

#include <filesystem>
#include <vector>

#include "plan.hpp"

namespace neucasl::flow {

/// Removes what write_summary wrote, so that a run that fails leaves nothing that looks whole.
void remove_summary(const std::filesystem::path& folder);

/// Puts the stage's name before keys, tables and section of a second stage of one kind, so that it
/// does not overwrite the first one's.
void name_after(results::Findings& findings, const std::string& stage);

/// Figures by key; an interval adds <key>_low and <key>_high.
std::vector<io::SummaryEntry> summary_of(const std::vector<results::Findings>& findings);

/// Tables, chip, precision map, manifest, results.json and report.html, the last two last.
void write_summary(const Flow& flow, const std::vector<PlannedStage>& stages,
                   const Workspace& workspace, const Outcome& outcome,
                   const std::filesystem::path& folder);

}  // namespace neucasl::flow
