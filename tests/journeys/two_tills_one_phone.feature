Feature: Two tills enrol the same phone
  Scenario: They end with one member, and both cards work
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店
    And the network is down
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to service
    And the guide scans the product 6901230010019 and marks it tried
    And the guide finishes the visit
    And the second guide enrols 许文 with the phone 139 1688 2045
    And the network is back
    And both tills have exchanged with the hub
    Then both cards lead to one member at both tills
    And she has 2 visits at both tills
