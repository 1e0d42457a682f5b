Feature: A day without the hub, and the evening after
  Scenario: Everything arrives, once
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And the network is down
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to service
    And the guide scans the product 6901230010019 and marks it bought
    And the guide finishes the visit
    And the till is switched off and on
    And the network is back
    And both tills have exchanged with the hub
    Then nothing waits
    And the second till shows 1 visit of 许女士 with “舒缓修护精华 30ml” bought

  Scenario: A hub that dies in the middle loses nothing
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to service
    And the hub is killed
    And the guide scans the product 6901230010019 and marks it tried
    And the guide finishes the visit
    And the network is back
    And both tills have exchanged with the hub
    Then nothing waits
    And the second till shows 1 visit of 许女士 with “舒缓修护精华 30ml” tried
