import Engine
import Foundation
import Storage

/// A small city that does not exist, answering under two numbers. Written as an administrator would write it.
enum DemoCentre {
    static let agents: [AgentID] = (5001...5010).map { AgentID(String($0)) }
    /// The leader of the shift takes calls too when it is busy.
    static let leader: AgentID = "5000"
    /// Of the centre that helps out when this one has too many calls.
    static let helpers: [AgentID] = ["5901", "5902"]

    static let centre: Centre = {
        do {
            return try JSONDecoder().decode(Centre.self, from: Data(json.utf8))
        } catch {
            preconditionFailure("the demonstration's centre does not read: \(error)")
        }
    }()

    private static func takesMarketCalls(_ agent: AgentID) -> Bool {
        agent == leader || agent >= "5005"
    }

    // No limit to wrap-up: who tries the desk for the first time reads every field.
    private static let json = """
        {
          "id": "main", "name": "云溪市 12345 受理中心", "englishName": "Yunxi City 12345 Centre",
          "lines": [
            {
              "id": "12345", "number": "12345", "name": "市民服务热线", "englishName": "Citizens' services",
              "queue": "city", "greeting": "greeting-12345",
              "script": [\(greeting("云溪市 12345 热线", "the Yunxi 12345 hotline")), \(steps)]
            },
            {
              "id": "12315", "number": "12315", "name": "市场监管热线", "englishName": "Market supervision",
              "queue": "market", "greeting": "greeting-12315",
              "script": [\(greeting("云溪市 12315 热线", "the Yunxi 12315 hotline")), \(evidence), \(steps)]
            }
          ],
          "queues": [
            {
              "id": "city", "name": "市民服务", "englishName": "Citizens' services",
              "offerSeconds": 18, "wrapUpLimitSeconds": null, "capacity": 50
            },
            {
              "id": "market", "name": "市场监管", "englishName": "Market supervision",
              "offerSeconds": 18, "wrapUpLimitSeconds": null, "capacity": 50,
              "overflow": [{ "waited": 60, "to": { "queue": "city" } }]
            },
            {
              "id": "backup", "name": "备份中心", "englishName": "Backup centre", "centre": "backup",
              "offerSeconds": 18, "wrapUpLimitSeconds": 120, "capacity": 50
            }
          ],
          \(routing),
          "citizens": { "line": "12345" },
          "bodies": [
            { "id": "housing", "name": "市住房和城乡建设局", "englishName": "Housing and Construction Bureau" },
            { "id": "urban", "name": "市城市管理局", "englishName": "City Management Bureau" },
            { "id": "market", "name": "市市场监督管理局", "englishName": "Market Supervision Bureau" },
            { "id": "police", "name": "市公安局", "englishName": "Public Security Bureau" },
            { "id": "health", "name": "市卫生健康委员会", "englishName": "Health Commission" },
            { "id": "water", "name": "云溪供水集团有限公司", "englishName": "Yunxi Water Supply Group" }
          ],
          "categories": [
            { "id": "estate", "name": "住房与物业", "englishName": "Housing and estates" },
            { "id": "city", "name": "市容与市政设施", "englishName": "Streets and city facilities" },
            { "id": "market", "name": "市场与消费", "englishName": "Markets and consumers" },
            { "id": "safety", "name": "公共安全与卫生", "englishName": "Safety and health" },
            {
              "id": "supply", "name": "供水", "englishName": "Water supply",
              "particulars": [{ "id": "account", "name": "用水户号", "englishName": "Water account", "kind": "text" }]
            },
            { "id": "service", "name": "政务与公共服务", "englishName": "Public services" }
          ],
          "sites": [
            { "id": "hall", "name": "话务大厅", "englishName": "Hall" },
            { "id": "home", "name": "居家", "englishName": "At home" }
          ],
          "agents": [\(([leader] + agents + helpers).map(agent).joined(separator: ", "))]
        }
        """

    private static func agent(_ id: AgentID) -> String {
        let skills = (skills[id] ?? [:]).sorted { $0.key < $1.key }.map { #"{ "id": "\#($0)", "level": \#($1) }"# }
        return """
            { "id": "\(id)", "queues": \(queues(of: id)), "skills": [\(skills.joined(separator: ", "))]\(
                helpers.contains(id) ? #", "centre": "backup""# : "") }
            """
    }

    private static func queues(of agent: AgentID) -> String {
        // Her own work comes first: of either queue she takes callers when others cannot.
        if agent == leader { return #"[{ "queue": "city", "preference": 1 }, { "queue": "market", "preference": 2 }]"# }
        if helpers.contains(agent) { return #"["backup"]"# }
        return takesMarketCalls(agent) ? #"["city", "market"]"# : #"["city"]"#
    }

    private static let skills: [AgentID: [String: Int]] = [
        "5000": ["english": 5, "tax": 6], "5002": ["cantonese": 8], "5003": ["english": 7], "5005": ["tax": 7],
        "5006": ["cantonese": 6], "5008": ["english": 4, "tax": 5], "5010": ["tax": 8], "5901": ["english": 5],
    ]

    private static let routing = """
        "centres": [{ "id": "backup", "name": "云溪市备份受理中心", "englishName": "Yunxi Backup Centre" }],
          "skills": [
            { "id": "english", "name": "英语", "englishName": "English" },
            { "id": "cantonese", "name": "粤语", "englishName": "Cantonese" },
            { "id": "tax", "name": "税务", "englishName": "Taxes" }
          ],
          "breaks": [
            { "id": "rest", "name": "休息", "englishName": "Rest" },
            { "id": "meal", "name": "用餐", "englishName": "Meal" },
            { "id": "training", "name": "培训", "englishName": "Training" }
          ],
          "rules": [
            {
              "id": "原受理人优先", "when": { "hasOpenOrder": true },
              "then": { "ownAgentSeconds": 20 }
            },
            { "id": "三次来电优先", "when": { "attempts": 3 }, "then": { "priority": 1 } },
            { "id": "英语来电", "when": { "language": "english" }, "then": { "priority": 1 } }
          ]
        """

    private static func greeting(_ line: String, _ englishLine: String) -> String {
        """
        {
          "title": "问候", "englishTitle": "Greeting",
          "text": "您好，{agent} 号话务员为您服务，这里是\(line)，请问有什么可以帮您？",
          "englishText": "Hello, this is \(englishLine), agent {agent} speaking. How may I help you?"
        }
        """
    }

    private static let evidence = """
        {
          "title": "凭证", "englishTitle": "Evidence",
          "text": "请您保留小票、付款记录和商品照片，工作人员联系您时会用到。",
          "englishText": "Please keep the receipt, the payment record and photos of the goods; you will be asked for them."
        }
        """

    private static let steps = """
        {
          "title": "问清事情", "englishTitle": "What happened",
          "text": "请您说一下发生了什么，在哪里，从什么时候开始的。您希望怎样解决？",
          "englishText": "Please tell me what happened, where, and since when. What would you like to be done?"
        },
        {
          "title": "安抚", "englishTitle": "Calm",
          "text": "您的心情我理解。您慢慢说，我都记下来。",
          "englishText": "I understand how you feel. Take your time; I am writing everything down."
        },
        {
          "title": "复述确认", "englishTitle": "Read back",
          "text": "再和您确认一下：……您看我记得对吗？",
          "englishText": "Let me read that back to you: … Have I got it right?"
        },
        {
          "title": "告知时限", "englishTitle": "Deadline",
          "text": "您的诉求将派给承办单位。一般事项 5 个工作日内办结；特急事项 2 小时内联系您，12 小时内办结。",
          "englishText": "Your matter goes to the body in charge: closed within 5 working days or, if extra urgent, \
        a first contact within 2 hours and closure within 12."
        },
        {
          "title": "结束语", "englishTitle": "Closing",
          "text": "感谢您的来电，办结后我们会回访您。再见。",
          "englishText": "Thank you for calling. We shall ring you when it is done. Goodbye."
        }
        """
}
