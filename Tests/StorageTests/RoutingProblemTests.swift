import Engine
import Foundation
import Storage
import TestSupport
import Testing

/// What an administrator may write, and what is refused with the reason.
@Suite struct RoutingProblemTests {
    /// Two queues, two agents, everything optional in use.
    static let text = """
        {"id": "main", "name": "中心", "englishName": "Centre",
         "centres": [{"id": "backup", "name": "备份", "englishName": "Backup"}],
         "skills": [{"id": "english", "name": "英语", "englishName": "English"},
                    {"id": "tax", "name": "税务", "englishName": "Tax"}],
         "breaks": [{"id": "meal", "name": "用餐", "englishName": "Meal"}],
         "hours": [{"id": "day", "week": [["08:30-12:00", "13:30-18:00"], ["08:30-18:00"], ["08:30-18:00"],
                    ["08:30-18:00"], ["08:30-18:00"], [], []], "exceptions": [{"day": "2026-10-01", "open": []}]}],
         "lines": [{"id": "12345", "number": "12345", "name": "热线", "englishName": "Line", "queue": "city",
                    "greeting": "g", "script": [], "requires": [{"id": "english", "level": 3}], "priority": 1,
                    "hours": "day"}],
         "queues": [{"id": "city", "name": "市民", "englishName": "City", "offerSeconds": 18,
                     "wrapUpLimitSeconds": 60, "capacity": 10, "strategy": "mostSkilled", "priority": 2,
                     "overflow": [{"waited": 60, "to": {"queue": "tax"}}, {"length": 5, "to": "callback"},
                                  {"forecast": 300, "to": "callback"}, {"nobody": true, "to": "voicemail"}],
                     "announceSeconds": 60, "callbackTries": 2, "callbackRetrySeconds": 120},
                    {"id": "tax", "name": "税务", "englishName": "Tax", "offerSeconds": 18,
                     "wrapUpLimitSeconds": null, "capacity": 10, "centre": "backup"}],
         "bodies": [], "sites": [{"id": "hall", "name": "大厅", "englishName": "Hall"}],
         "agents": [{"id": "5001", "queues": ["city", {"queue": "tax", "preference": 2}],
                     "skills": [{"id": "english", "level": 5}]},
                    {"id": "5002", "queues": ["tax"], "phone": "sip:5002@192.0.2.7", "centre": "backup",
                     "skills": [{"id": "tax", "level": 9}]}],
         "rules": [{"id": "vip", "when": {"numbers": ["139"]}, "then": {"priority": 3}}],
         "priorityStepSeconds": 30, "preferenceStepSeconds": 20, "pauseSeconds": 5, "missesAllowed": 2,
         "redialSeconds": 600}
        """

    static var centre: Centre {
        get throws { try JSONDecoder().decode(Centre.self, from: Data(text.utf8)) }
    }

    @Test func everythingReachesTheSwitchboard() throws {
        let centre = try Self.centre
        #expect(centre.problems == [])
        let setup = centre.setup
        #expect(setup.lines[0].requires == [Skill("english", level: 3)])
        #expect(setup.lines[0].priority == 1 && setup.lines[0].hours == "day" && setup.lines[0].centre == "main")
        #expect(setup.queues[0].strategy == .mostSkilled && setup.queues[0].priority == 2)
        #expect(
            setup.queues[0].overflow == [
                Overflow(.waited(seconds: 60), to: .queue("tax")), Overflow(.length(5), to: .callback),
                Overflow(.forecast(seconds: 300), to: .callback), Overflow(.nobody, to: .voicemail),
            ])
        #expect(setup.queues[0].callbackTries == 2 && setup.queues[1].callbackTries == 3)
        #expect(setup.queues[1].centre == "backup")
        #expect(setup.agents[0].queues == [.init("city"), .init("tax", preference: 2)])
        #expect(setup.agents[1].centre == "backup" && setup.agents[1].skills == [Skill("tax", level: 9)])
        #expect(setup.hours[0].week[0] == [510..<720, 810..<1080] && setup.hours[0].week[6] == [])
        #expect(setup.rules.map(\.id) == ["vip"] && setup.missesAllowed == 2 && setup.redialSeconds == 600)
    }

    @Test func itIsWrittenAsItWasRead() throws {
        let centre = try Self.centre
        let written = try JSONEncoder().encode(centre)
        #expect(try JSONDecoder().decode(Centre.self, from: written) == centre)
        #expect(String(decoding: written, as: UTF8.self).contains(#""queues":["city",{"#))
    }

    /// A file of the first version: what it does not say is as it was then.
    @Test func anOlderFileStillReads() throws {
        var old = try #require(
            try JSONSerialization.jsonObject(with: Data(Self.text.utf8)) as? [String: Any])
        for name in ["centres", "skills", "breaks", "hours", "rules", "priorityStepSeconds", "missesAllowed"] {
            old[name] = nil
        }
        old["lines"] = [
            [
                "id": "12345", "number": "12345", "name": "热线", "englishName": "Line", "queue": "city", "greeting": "g",
                "script": [],
            ]
        ]
        old["queues"] = [["id": "city", "name": "", "englishName": "", "offerSeconds": 18, "capacity": 5]]
        old["agents"] = [["id": "5001", "queues": ["city"]]]
        let centre = try JSONDecoder().decode(Centre.self, from: JSONSerialization.data(withJSONObject: old))
        #expect(centre.problems == [])
        #expect(centre.setup.queues[0].strategy == .longestIdle)
        #expect(centre.setup.priorityStepSeconds == 60)
    }

    static let refused: [(String, @Sendable (inout Centre) -> Void)] = [
        ("line 12345 wants queue none", { $0.lines[0].queue = "none" }),
        ("line 12345 wants skill french", { $0.lines[0].requires = [Skill("french")] }),
        ("line 12345 wants opening hours night", { $0.lines[0].hours = "night" }),
        ("line 12345 wants centre south", { $0.lines[0].centre = "south" }),
        ("agent 5001 wants queue none", { $0.agents[0].queues = [.init("none")] }),
        ("agent 5001 wants skill french", { $0.agents[0].skills = [Skill("french")] }),
        ("queue city wants queue none", { $0.queues[0].overflow = [Overflow(.nobody, to: .queue("none"))] }),
        ("rule vip wants queue none", { $0.rules![0].then.queue = "none" }),
        ("rule vip wants line none", { $0.rules![0].when.lines = ["none"] }),
        (
            "line 12345 requires english at level 6, which no agent of city, tax has",
            { $0.lines[0].requires = [Skill("english", level: 6)] }
        ),
        (
            "line 12345 requires english 3 and tax 9 together",
            { $0.lines[0].requires = [Skill("english", level: 3), Skill("tax", level: 9)] }
        ),
        (
            "rule vip requires english at level 3",
            {
                $0.rules![0].then.queue = "tax"; $0.agents[0].queues = [.init("city")]
            }
        ),
        (
            "line 12345 leads to queue city, which has no agents",
            { $0.agents[0].queues = [.init("tax")] }
        ),
        (
            "overflow goes in a circle: city → tax → city",
            { $0.queues[1].overflow = [Overflow(.nobody, to: .queue("city"))] }
        ),
        (
            "overflow goes in a circle: tax → tax",
            { $0.queues[1].overflow = [Overflow(.nobody, to: .queue("tax"))] }
        ),
        ("agent 5001: the level of english is 10", { $0.agents[0].skills = [Skill("english", level: 10)] }),
        ("line 12345: the level of english is 0", { $0.lines[0].requires = [Skill("english", level: 0)] }),
        ("queue city: waited is -1", { $0.queues[0].overflow = [Overflow(.waited(seconds: -1), to: .callback)] }),
        ("queue city: announceSeconds is -5", { $0.queues[0].announceSeconds = -5 }),
        ("queue city: callbackTries is 0", { $0.queues[0].callbackTries = 0 }),
        ("agent 5001: preference is -1", { $0.agents[0].queues = [.init("city", preference: -1)] }),
        ("rule vip: ownAgentSeconds is -1", { $0.rules![0].then.ownAgentSeconds = -1 }),
        ("the centre: pauseSeconds is -1", { $0.pauseSeconds = -1 }),
        ("hours day: 8:30-12:00 does not read", { $0.hours![0].week[0] = ["8:30-12:00"] }),
        ("hours day: 18:00-08:00 ends before it begins", { $0.hours![0].week[0] = ["18:00-08:00"] }),
        ("hours day: 08:00-08:00 ends before it begins", { $0.hours![0].exceptions![0].open = ["08:00-08:00"] }),
        (
            "hours day: 08:00-12:00 and 11:59-18:00 overlap",
            { $0.hours![0].week[6] = ["11:59-18:00", "08:00-12:00"] }
        ),
        (
            "hours day: 2026-10-01 is there more than once",
            { $0.hours![0].exceptions!.append($0.hours![0].exceptions![0]) }
        ),
        ("hours day: 2026-02-30 does not read", { $0.hours![0].exceptions![0].day = "2026-02-30" }),
        ("hours day: a week has seven lists", { $0.hours![0].week.removeLast() }),
        ("skill tax is there 2 times", { $0.skills!.append($0.skills![1]) }),
    ]

    @Test(arguments: refused.indices) func whatCannotBeIsRefusedWithTheReason(index: Int) throws {
        let (reason, spoil) = Self.refused[index]
        var centre = try Self.centre
        spoil(&centre)
        #expect(centre.problems.contains { $0.hasPrefix(reason) }, "\(reason): \(centre.problems)")
        #expect(centre.routingProblems.allSatisfy { !$0.zh.isEmpty })
    }

    @Test(arguments: StoreKind.allCases) func aVersionIsMadeOfTheNewestOrNotAtAll(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            var centre = try Self.centre
            #expect(try await store.centreVersion() == nil)
            let first = try await store.save(centre, basedOn: 0, by: .agent, at: .zero)
            #expect(first.version == 1)
            await #expect(throws: StoreConflict.stale) {
                try await store.save(try Self.centre, basedOn: 0, by: .agent, at: .noon())
            }
            centre.pauseSeconds = 7
            let second = try await store.save(centre, basedOn: 1, by: .agent, at: .noon())
            #expect(try await store.centreVersion() == second)
            #expect(second.setup.version == 2)
            #expect(try await store.centreVersions(page: Page(limit: 1)).rows == [second])
            #expect(try await store.centreVersions(page: Page()).rows == [second, first])
            #expect(try await store.auditRows(page: Page()).rows.first?.action == "centre.save")
        }
    }
}
