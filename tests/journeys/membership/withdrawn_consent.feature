Feature: A member takes a consent back
  Scenario: Nobody at any till is asked to call her any more
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And 陈思雨 is a member who agreed to service and personal
    When 陈思雨 tries the product 6901230010019
    And the till looks for what is to be done
    And both tills have exchanged with the hub
    Then both tills have something to do for 陈思雨
    When 陈思雨 takes her consent to personal back
    Then the till has nothing to do for 陈思雨
    When both tills have exchanged with the hub
    Then the second till has nothing to do for 陈思雨
    And neither till makes a new task for 陈思雨

  Scenario: A consent given elsewhere by somebody who had not heard of it does not count
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And 陈思雨 is a member who agreed to service and personal
    And both tills have exchanged with the hub
    And the network is down
    When 陈思雨 takes her consent to personal back
    And 陈思雨 agrees to personal at the second till
    And the network is back
    And both tills have exchanged with the hub
    Then 陈思雨 agrees to service at both tills and not to personal
