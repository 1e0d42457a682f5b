Feature: Two tills give away the same half hour
  Scenario: Who was first has it, and both guides see whose it is
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And 陈思雨 is a member with the phone 13812346021
    And 王敏 is a member with the phone 13712340001
    And both tills have exchanged with the hub
    And the network is down
    When 林晓 is booked for 陈思雨 tomorrow at 15:00 at the first till
    And 林晓 is booked for 王敏 tomorrow at 15:00 at the second till
    And the network is back
    And both tills have exchanged with the hub
    Then both tills say that 王敏 came too late for the hour of 陈思雨
    When the appointment of 王敏 is moved to 15:30 at the second till
    And both tills have exchanged with the hub
    Then no hour is given away twice
