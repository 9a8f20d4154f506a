/// Something that is only named: an answer to choose, a site, a skill.
package struct Named: Sendable, Equatable, Codable {
    package var id: String
    package var name: String
    package var englishName: String

    package init(id: String, name: String, englishName: String) {
        self.id = id
        self.name = name
        self.englishName = englishName
    }
}
