Feature: A member wants to be forgotten
  Scenario: Every till forgets her, whatever was done meanwhile
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And 陈思雨 is a member with the phone 13812346021
    And both tills have exchanged with the hub
    And the network is down
    When 陈思雨 asks to be forgotten
    And the second guide serves 陈思雨 and notes 怕香精
    And the network is back
    And both tills have exchanged with the hub
    And both tills have exchanged with the hub
    Then neither till knows 陈思雨
    And headquarters has heard that both tills have forgotten 陈思雨
