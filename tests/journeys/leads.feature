Feature: Somebody who may become a member
  Background:
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店

  Scenario: She comes by herself, joins at the other till without the network, and nobody calls her any more
    Given the partner 悦动瑜伽馆 sends 周小姐 with the phone 13900000001, who may be called
    And both tills have exchanged with the hub
    And the network is down
    When 周小姐 is invited for Saturday at the first till
    And the second guide enrols 周一 with the phone 139 0000 0001
    And the network is back
    And both tills have exchanged with the hub
    Then neither till has 周小姐 on its list of leads
    And both tills say that 周小姐 became 周一
    And 悦动瑜伽馆 has won one member

  Scenario: Who does not want to be called is greeted when she comes, and forgotten when she wants it
    Given 吴小姐 leaves the WeChat id wu_88 at the first till and does not want to be called
    And both tills have exchanged with the hub
    Then 吴小姐 is on the list of the second till without a day
    And the second guide cannot invite 吴小姐
    When 吴小姐 wants to be forgotten at the second till
    And both tills have exchanged with the hub
    And both tills have exchanged with the hub
    Then wu_88 is nowhere on either till
