extension ClockPolicy {
    /// What is wrong with it; empty if it can be used. More promises than the limits tell of a mistake.
    package var problems: [RuleProblem] {
        var problems: [RuleProblem] = []
        func wrong(_ field: String, _ zh: String, _ en: String) { problems.append(.init(field, zh, en)) }
        if name.isBlank || name.count > 64 { wrong("name", "时限规则没有名称。", "The policy has no name.") }
        if title.zh.isBlank { wrong("title.zh", "请填写规则的中文名称。", "Give the policy a Chinese title.") }
        if title.en.isBlank { wrong("title.en", "请填写规则的英文名称。", "Give the policy an English title.") }
        if source.isBlank { wrong("source", "请写明时限的依据。", "Say where the limits come from.") }
        if let zone, WallClock(zone: zone) == nil { wrong("zone", "未知时区：\(zone)。", "Unknown time zone: \(zone).") }
        if let calendar, !["cn", "weekdays"].contains(calendar) {
            wrong("calendar", "未知工作日历：\(calendar)。", "Unknown calendar: \(calendar); use cn or weekdays.")
        }
        if promises.isEmpty { wrong("promises", "时限规则没有任何时限。", "The policy promises nothing.") }
        if promises.count > 200 { wrong("promises", "时限最多 200 条。", "At most 200 promises.") }
        if ladder.count > 20 { wrong("ladder", "督促步骤最多 20 步。", "At most 20 steps.") }
        for (index, promise) in promises.enumerated() {
            let field = "promises[\(index)]"
            if promise.ladder?.count ?? 0 > 20 { wrong("\(field).ladder", "督促步骤最多 20 步。", "At most 20 steps.") }
            for name in promise.narrowedToNothing {
                wrong(
                    "\(field).\(name)", "没有勾选任何一项，这条时限不会适用于任何工单。",
                    "Nothing is chosen here, so the limit would hold for no order.")
            }
            if order(of: promise.startsWith) >= order(of: promise.stopsWith) {
                wrong(
                    "\(field).from", "时限的起点不在终点之前，请改起点或终点。",
                    "The clock starts with what comes no earlier than what stops it; change one of them.")
            }
            // One that fits all orders makes the later ones of its clock idle: surely not meant.
            if promises[..<index].contains(where: { $0.clock == promise.clock && $0.fitsAll }) {
                wrong(
                    field, "前面已有一条同类时限适用于所有工单，这一条不会生效。请把它移到前面。",
                    "A limit for all orders comes before this one of the same clock, so it never holds. Move it up.")
            }
        }
        return problems
    }

    /// In which order things happen to an order.
    private func order(of event: OrderEvent) -> Int {
        OrderEvent.allCases.firstIndex(of: event) ?? 0
    }
}

extension ClockPolicy.Promise {
    fileprivate var fitsAll: Bool {
        kinds == nil && urgencies == nil && categories == nil && lines == nil && bodies == nil
    }

    /// The lists of the orders it is for that are there and empty.
    fileprivate var narrowedToNothing: [String] {
        [
            ("kinds", kinds?.isEmpty), ("urgencies", urgencies?.isEmpty), ("categories", categories?.isEmpty),
            ("lines", lines?.isEmpty), ("bodies", bodies?.isEmpty),
        ].filter { $0.1 == true }.map(\.0)
    }
}
