Feature: Whose member she is
  Background:
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店

  Scenario: Two guides claim her while the network is down; who was heard first has her, the other reads whose she is
    Given 陈思雨 is a member whom nobody has
    And 林晓 serves at the first till and 周宁 at the second
    And both tills have exchanged with the hub
    And the network is down
    When both guides claim 陈思雨
    And the network is back, at the first till before the second
    And both tills have exchanged with the hub
    Then 陈思雨 is the member of 林晓 at both tills
    And 周宁 reads at the second till that 陈思雨 is the member of 林晓

  Scenario: A guide who leaves hands her over
    Given 陈思雨 is a member whom nobody has
    And 林晓 serves at the first till and 周宁 at the second
    When 林晓 claims 陈思雨
    And all members of 林晓 are handed over to 周宁
    And both tills have exchanged with the hub
    Then 陈思雨 is the member of 周宁 at both tills
    And 陈思雨 is among the members of 周宁 at the second till
