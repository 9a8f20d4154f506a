import Engine
import Storage

/// Who works there. Nobody of these names is meant.
enum DemoPeople {
    static let all: [StoredPerson] =
        zip(DemoCentre.agents, agentNames).map { agent, name in
            person(agent.text, name, .agent, agent: agent)
        } + [
            person("leader1", "沈若兰", .leader, agent: DemoCentre.leader),
            person("leader2", "顾明远", .leader),
            person("5901", "柳闻莺", .agent, agent: "5901"),
            person("5902", "齐望舒", .agent, agent: "5902"),
            person("housing", "方志诚", .officer, body: "housing"),
            person("urban", "罗秋实", .officer, body: "urban"),
            person("market", "江晚晴", .officer, body: "market"),
            person("police", "韩立群", .officer, body: "police"),
            person("health", "苏念慈", .officer, body: "health"),
            person("water", "程子渊", .officer, body: "water"),
            person("director", "陆思齐", .director),
            person("admin", "温如初", .administrator),
        ]

    private static let agentNames = ["林晓月", "周雨桐", "陈嘉禾", "吴清越", "赵知夏", "许安然", "何书瑶", "宋以宁", "谢南星", "邓若水"]

    /// Ids are fixed, so that preparing a second time after a crash replaces people and doubles none.
    static func id(_ login: String) -> PersonID { PersonID("demo-\(login)") }

    private static func person(
        _ login: String, _ name: String, _ role: Role, agent: AgentID? = nil, body: BodyID? = nil
    ) -> StoredPerson {
        StoredPerson(
            id: id(login), login: login, name: name, role: role, agent: agent, body: body, passwordHash: "")
    }

    /// Who sits behind an agent number.
    static func person(of agent: AgentID) -> PersonID {
        agent == DemoCentre.leader ? id("leader1") : id(agent.text)
    }

    static func officer(of body: BodyID) -> PersonID { id(body.text) }
}
